//! Patterns of channel and room names in a policy.

use super::jwt::Claims;
use std::borrow::Cow;

/// What may stand beside `{sub}` where it could otherwise not be told where a subject ends: characters
/// that channel names take and identity providers do not put into subjects.
const SEPARATORS: &str = " !#$%&();<=>?[]^{}~,";

/// The longest list of a claim that a pattern is tried with.
const LONGEST_LIST: usize = 100;

/// A pattern of names: `*` stands for any text, `{sub}` for the caller's own subject, and any other claim
/// in braces for its value.
///
/// A name that is itself a wildcard matches as it stands, which is sound: what `room-1*` opens, the
/// pattern `room-*` allows, and `*` is not allowed by `room-*`.
///
/// One user never gets what belongs to another: a claim stands at the end, or beside a character that no
/// value it stands for can hold. So `class-{school}-*` fits nothing for a school with a hyphen, and
/// `dm-{sub}-*` is no pattern, because subjects often hold hyphens; `dm-{sub}~*` is one.
///
/// ```
/// use agora_token::access::{NamePattern, OwnClaims};
///
/// let own = NamePattern::new("class-*~{sub}").unwrap();
/// let alice = OwnClaims::of_subject("alice");
/// assert!(own.matches("class-7~alice", Some(&alice)));
/// assert!(!own.matches("class-7~bob", Some(&alice)));
/// assert!(!own.matches("class-7~", None));
/// assert!(NamePattern::new("dm-{sub}-*").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern {
    pieces: Vec<Piece>,
    claims: Vec<ClaimPlace>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Any,
    /// The claim at this place of the pattern's list.
    Claim(usize),
}

/// A claim in a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ClaimPlace {
    path: String,
    /// The characters beside it: no value that holds one of them is meant.
    separators: String,
}

/// What a user's claims put into patterns.
#[derive(Clone)]
pub struct OwnClaims(Claims);

impl OwnClaims {
    /// The claims of a user, whose subject has its issuer's prefix.
    pub(super) fn new(claims: Claims) -> Self {
        Self(claims)
    }

    /// A subject and no other claims.
    pub fn of_subject(subject: &str) -> Self {
        Self(Claims::of_subject(subject))
    }

    /// A claim as the JWT has it.
    #[cfg(feature = "lambda")]
    pub(super) fn claim(&self, path: &str) -> Option<&serde_json::Value> {
        self.0.claim(path)
    }

    /// The names of the claims with which they do not fit a condition.
    #[cfg(feature = "lambda")]
    pub(super) fn unmet<'a>(&'a self, when: &'a super::when::When) -> Vec<&'a str> {
        when.unmet(&self.0).collect()
    }

    /// A claim that is a text.
    fn text(&self, path: &str) -> Option<&str> {
        self.0.claim(path)?.as_str()
    }

    /// The values that a claim has, which are several where it is a list.
    fn values<'a>(&'a self, path: &str) -> Vec<Cow<'a, str>> {
        match self.0.claim(path) {
            Some(serde_json::Value::Array(list)) if list.len() <= LONGEST_LIST => {
                list.iter().filter_map(claim_text).collect()
            }
            Some(one) => claim_text(one).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

/// A claim is about a person.
impl std::fmt::Debug for OwnClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnClaims").finish_non_exhaustive()
    }
}

/// A claim that is a text, or a whole number.
pub(super) fn claim_text(value: &serde_json::Value) -> Option<Cow<'_, str>> {
    match value {
        serde_json::Value::String(text) => Some(Cow::Borrowed(text)),
        serde_json::Value::Number(number) => {
            number.as_i64().map(|number| number.to_string().into())
        }
        _ => None,
    }
}

impl NamePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, and what to write instead: a claim stands before or, after a `*`, behind
    /// something that it can hold too.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let mut read = Self {
            pieces: Vec::new(),
            claims: Vec::new(),
        };
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            rest = match first {
                '*' => {
                    read.pieces.push(Piece::Any);
                    rest.get(1..).unwrap_or_default()
                }
                '{' => {
                    let (path, after) = rest
                        .get(1..)
                        .and_then(|inside| inside.split_once('}'))
                        .filter(|(path, _)| !path.trim().is_empty() && !path.contains('{'))
                        .ok_or(
                            "a `{` must begin the name of a claim and end with `}`, as in `{sub}`",
                        )?;
                    let place = read.claim(path);
                    read.pieces.push(Piece::Claim(place));
                    after
                }
                _ => {
                    let (text, after) = rest.split_at(rest.find(['*', '{']).unwrap_or(rest.len()));
                    read.pieces.push(Piece::Text(text.to_owned()));
                    after
                }
            };
        }
        read.mark_separators()?;
        Ok(read)
    }

    /// The pattern that every name fits.
    pub(super) fn any() -> Self {
        Self {
            pieces: vec![Piece::Any],
            claims: Vec::new(),
        }
    }

    /// The place of a claim in the list.
    fn claim(&mut self, path: &str) -> usize {
        let known = self.claims.iter().position(|claim| claim.path == path);
        known.unwrap_or_else(|| {
            self.claims.push(ClaimPlace {
                path: path.to_owned(),
                separators: String::new(),
            });
            self.claims.len() - 1
        })
    }

    /// Notes the characters that mark where each claim begins and ends.
    fn mark_separators(&mut self) -> Result<(), String> {
        for (place, piece) in self.pieces.iter().enumerate() {
            let Piece::Claim(index) = piece else {
                continue;
            };
            let Some(claim) = self.claims.get_mut(*index) else {
                continue;
            };
            let before = self.pieces.get(..place).unwrap_or_default();
            let mut mark = |neighbour: Option<char>| {
                let separator = neighbour.filter(|c| separates(&claim.path, *c));
                claim.separators.extend(separator);
                separator.is_some()
            };
            let begins = !before.contains(&Piece::Any)
                || mark(match before.last() {
                    Some(Piece::Text(text)) => text.chars().next_back(),
                    _ => None,
                });
            let ends = match self.pieces.get(place + 1) {
                None => true,
                Some(Piece::Text(text)) => mark(text.chars().next()),
                Some(Piece::Any | Piece::Claim(_)) => false,
            };
            if !(begins && ends) {
                let which = match claim.path.as_str() {
                    "sub" => format!("one of {SEPARATORS:?}"),
                    _ => "a character that is no letter and no digit".to_owned(),
                };
                return Err(format!(
                    "`{{{}}}` must be at the end of a pattern or before {which}, and where a `*` comes before \
                     it, directly behind one too: elsewhere, one user would get what belongs to another whose \
                     claim is longer",
                    claim.path
                ));
            }
        }
        Ok(())
    }

    /// Whether `name` fits. A pattern with a claim fits nothing for a caller without it, nor for one where
    /// it is blank, or holds a `*` or a character that marks its end.
    pub fn matches(&self, name: &str, own: Option<&OwnClaims>) -> bool {
        if self.claims.is_empty() {
            return self.fits(name, &[]);
        }
        // Most patterns end here: their claims are not looked up.
        if let Some(Piece::Text(begin)) = self.pieces.first()
            && !name.starts_with(begin.as_str())
        {
            return false;
        }
        let Some(own) = own else {
            return false;
        };
        if let [claim] = self.claims.as_slice()
            && let Some(value) = own.text(&claim.path)
        {
            return claim.takes(value) && self.fits(name, &[value]);
        }
        let Some(values) = self.values(own) else {
            return false;
        };
        let most = values.iter().map(Vec::len).max().unwrap_or_default();
        (0..most).any(|turn| {
            let one = values
                .iter()
                .filter_map(|all| all.get(turn).or(all.first()));
            self.fits(name, &one.map(AsRef::as_ref).collect::<Vec<&str>>())
        })
    }

    /// The values that stand for its claims; `None` where no name fits.
    fn values<'a>(&self, own: &'a OwnClaims) -> Option<Vec<Vec<Cow<'a, str>>>> {
        let mut lists = 0;
        let mut values = Vec::with_capacity(self.claims.len());
        for claim in &self.claims {
            let mut all = own.values(&claim.path);
            lists += usize::from(all.len() > 1);
            all.retain(|value| claim.takes(value));
            if all.is_empty() || lists > 1 {
                return None;
            }
            values.push(all);
        }
        Some(values)
    }

    /// Whether any name fits.
    #[cfg(feature = "lambda")]
    pub(super) fn can_fit(&self, own: Option<&OwnClaims>) -> bool {
        self.claims.is_empty() || own.is_some_and(|own| self.values(own).is_some())
    }

    /// The names of the claims in it.
    #[cfg(feature = "lambda")]
    pub(super) fn claims(&self) -> impl Iterator<Item = &str> {
        self.claims.iter().map(|claim| claim.path.as_str())
    }

    /// Whether `name` fits with these values for the claims.
    fn fits(&self, name: &str, values: &[&str]) -> bool {
        // The classic walk: on a mismatch, let the last `*` swallow one character more.
        let (mut rest, mut left) = (name, self.pieces.as_slice());
        let mut retry: Option<(&str, &[Piece])> = None;
        loop {
            let text = match left.split_first() {
                None if rest.is_empty() => return true,
                None => None,
                Some((Piece::Any, after)) => {
                    retry = Some((rest, after));
                    left = after;
                    continue;
                }
                Some((Piece::Text(text), after)) => Some((text.as_str(), after)),
                Some((Piece::Claim(index), after)) => match values.get(*index) {
                    Some(value) => Some((*value, after)),
                    None => return false,
                },
            };
            if let Some((text, after)) = text
                && let Some(remaining) = rest.strip_prefix(text)
            {
                (rest, left) = (remaining, after);
                continue;
            }
            let Some((swallowed, after)) = retry else {
                return false;
            };
            let mut characters = swallowed.chars();
            if characters.next().is_none() {
                return false;
            }
            retry = Some((characters.as_str(), after));
            (rest, left) = (characters.as_str(), after);
        }
    }

    /// Whether it fits every name.
    pub fn is_any(&self) -> bool {
        self.pieces.iter().all(|piece| *piece == Piece::Any) && !self.pieces.is_empty()
    }

    /// Whether a name that is a wildcard itself covers `name`: a `*` in it stands for any text, and a
    /// blank one for every name.
    pub(super) fn wildcard_covers(wildcard: &str, name: &str) -> bool {
        let mut pieces = Vec::new();
        for (index, text) in wildcard.split('*').enumerate() {
            if index > 0 {
                pieces.push(Piece::Any);
            }
            pieces.push(Piece::Text(text.to_owned()));
        }
        let pattern = Self {
            pieces,
            claims: Vec::new(),
        };
        wildcard.trim().is_empty() || pattern.fits(name, &[])
    }
}

/// As the policy has it.
#[cfg(feature = "lambda")]
impl std::fmt::Display for NamePattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Any => f.write_str("*"),
            Piece::Claim(index) => {
                let claim = self.claims.get(*index);
                write!(f, "{{{}}}", claim.map_or("", |claim| claim.path.as_str()))
            }
        })
    }
}

/// Whether a character beside a claim can tell where the claim ends.
fn separates(path: &str, c: char) -> bool {
    match path {
        "sub" => SEPARATORS.contains(c),
        _ => !c.is_alphanumeric(),
    }
}

impl ClaimPlace {
    fn takes(&self, value: &str) -> bool {
        !value.trim().is_empty() && !value.contains(|c| c == '*' || self.separators.contains(c))
    }
}

#[cfg(test)]
mod tests {
    use super::super::jwt::Claims;
    use super::{NamePattern, OwnClaims};
    use serde_json::{Value, json};

    fn of(subject: &str) -> OwnClaims {
        OwnClaims::of_subject(subject)
    }

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, yes, no) in [
            ("*", vec!["", "a", "*", "room"], vec![]),
            (
                "room",
                vec!["room"],
                vec!["", "room1", "aroom", "*", "ROOM"],
            ),
            (
                "room-*",
                vec!["room-", "room-1", "room-*", "room-1*"],
                vec!["room", "*", "r*", "xroom-1"],
            ),
            ("*-a", vec!["-a", "x-a", "-a-a", "a-b-a"], vec!["a", "-ab"]),
            (
                "a*b*c",
                vec!["abc", "axbxc", "abbcc", "abcbc"],
                vec!["ab", "acb", "abcx"],
            ),
            ("**", vec!["", "x"], vec![]),
            ("", vec![""], vec!["a", "*"]),
            (
                "x-{sub}",
                vec!["x-alice"],
                vec!["x-", "x-{sub}", "x-al-ice", "x-alice2", "x-*"],
            ),
            (
                "{sub}~*",
                vec!["alice~", "alice~1~2"],
                vec!["alice", "alice-1"],
            ),
        ] {
            let compiled = NamePattern::new(pattern).unwrap();
            for name in yes {
                assert!(
                    compiled.matches(name, Some(&of("alice"))),
                    "{pattern} {name}"
                );
            }
            for name in no {
                assert!(
                    !compiled.matches(name, Some(&of("alice"))),
                    "{pattern} {name}"
                );
            }
        }
    }

    #[test]
    fn a_pattern_that_could_give_one_subject_what_is_anothers_is_refused() {
        for pattern in [
            "dm-{sub}-*",
            "dm-{sub}-room",
            "dm-{sub}*",
            "dm-{sub}.x",
            "{sub}{sub}",
            "*{sub}",
            "dm-*-{sub}",
            "{sub}-{sub}",
            "{sub}|*",
            "{sub}@x",
            "{sub}:1",
            "{",
            "a{",
            "{}",
            "{ }",
            "{a{b}}",
            "x*{school}",
            "{school}*",
            "{school}a",
            "{a}{b}",
        ] {
            assert!(NamePattern::new(pattern).is_err(), "{pattern}");
        }
        for pattern in [
            "dm-{sub}",
            "{sub}",
            "dm-{sub}~*",
            "*~{sub}",
            "{sub}~{sub}",
            "{sub} x",
            "{SUB}-*",
            "class-{school}-*",
            "{a}-{b}",
            "*-{school}",
            "{school}.{sub}",
        ] {
            assert!(NamePattern::new(pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn a_subject_is_a_name_and_never_a_pattern() {
        let own = |pattern: &str, name: &str, subject: &str| {
            NamePattern::new(pattern)
                .unwrap()
                .matches(name, Some(&of(subject)))
        };
        for subject in ["*", "al*ice", "", " "] {
            assert!(!own("x-{sub}", &format!("x-{subject}"), subject));
        }
        assert!(own("dm-{sub}~*", "dm-ann~1", "ann"));
        assert!(!own("dm-{sub}~*", "dm-ann~1~x", "ann~1"));
        assert!(own("dm-{sub}", "dm-ann~1", "ann~1"), "nothing to mistake");
        let any = |pattern: &str| NamePattern::new(pattern).unwrap().is_any();
        assert!(any("*") && any("**"));
        assert!(!any("") && !any("a*") && !any("*~{sub}"));
    }

    fn with_claims(claims: Value) -> OwnClaims {
        let Value::Object(claims) = claims else {
            unreachable!()
        };
        OwnClaims::new(Claims::of(claims).called("ann"))
    }

    #[test]
    fn a_claim_stands_for_its_value_and_for_nothing_longer() {
        let fits = |pattern: &str, name: &str, claims: Value| {
            let pattern = NamePattern::new(pattern).unwrap();
            pattern.matches(name, Some(&with_claims(claims)))
        };
        let school = "class-{school}-*";
        assert!(fits(school, "class-st-1", json!({"school": "st"})));
        assert!(fits(school, "class-7-1", json!({"school": 7})));
        // Or the school `st` would get what is this one's.
        for name in ["class-st-john-1", "class-st-1"] {
            assert!(!fits(school, name, json!({"school": "st-john"})), "{name}");
        }
        for nothing in [
            json!({}),
            json!({"school": ""}),
            json!({"school": " "}),
            json!({"school": true}),
            json!({"school": {"a": 1}}),
            json!({"school": 1.5}),
        ] {
            assert!(!fits(school, "class--1", nothing.clone()), "{nothing}");
            assert!(!fits(school, "class-true-1", nothing));
        }
        assert!(!fits(school, "class-x-1", json!({"school": "*"})));
        assert!(fits("{app.team}", "red", json!({"app": {"team": "red"}})));
        assert!(fits("{a}-{b}", "x-y-z", json!({"a": "x", "b": "y-z"})));
        assert!(!fits("{a}-{b}", "x-y-z", json!({"a": "x-y", "b": "z"})));
        assert!(fits("{sub}~{sub}", "ann~ann", json!({})));
    }

    #[test]
    fn a_list_stands_for_each_of_its_values() {
        let fits = |pattern: &str, name: &str, claims: Value| {
            let pattern = NamePattern::new(pattern).unwrap();
            pattern.matches(name, Some(&with_claims(claims)))
        };
        let teams = || json!({"teams": ["red", "blue-1", "*", 7, null], "one": ["x"]});
        for (name, expected) in [
            ("red", true),
            ("blue-1", true),
            ("7", true),
            ("*", false),
            ("green", false),
            ("", false),
        ] {
            assert_eq!(fits("{teams}", name, teams()), expected, "{name}");
        }
        assert!(fits("{teams}-*", "red-1", teams()));
        assert!(
            !fits("{teams}-*", "blue-1-1", teams()),
            "it holds the separator"
        );
        assert!(fits("{teams}~{teams}", "red~red", teams()));
        assert!(!fits("{teams}~{teams}", "red~7", teams()));
        assert!(fits("{one}-{teams}", "x-red", teams()));
        let two = json!({"a": ["x", "y"], "b": ["1", "2"]});
        assert!(!fits("{a}-{b}", "x-1", two), "at most one list");
        let long: Vec<String> = (0..101).map(|number| format!("t{number}")).collect();
        assert!(!fits("{teams}", "t1", json!({"teams": long})));
    }

    #[test]
    fn a_wildcard_covers_what_it_stands_for() {
        for (wildcard, name, covered) in [
            ("*", "lobby", true),
            ("lo*", "lobby", true),
            ("*{sub}*", "x{sub}y", true),
            ("l*x", "lobby", false),
            ("", "lobby", true),
            (" ", "lobby", true),
            ("lobby", "lobby", true),
            ("lobby2", "lobby", false),
        ] {
            assert_eq!(
                NamePattern::wildcard_covers(wildcard, name),
                covered,
                "{wildcard}"
            );
        }
    }
}
