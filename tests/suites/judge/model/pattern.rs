//! Patterns of names.

use serde_json::Value;

use crate::model::claims::{claim, values};

/// What may stand beside a subject.
const NEIGHBOURS: &str = "!#$%&();<=>?[]^{}~, ";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Any,
    Claim(String),
}

impl Pattern {
    /// `None` if it is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (piece, after) = match first {
                '*' => (Piece::Any, &rest[1..]),
                '{' => {
                    let (name, after) = rest[1..].split_once('}')?;
                    (Piece::Claim(name.to_owned()), after)
                }
                _ => {
                    let end = rest.find(['*', '{']).unwrap_or(rest.len());
                    (Piece::Text(rest[..end].to_owned()), &rest[end..])
                }
            };
            pieces.push(piece);
            rest = after;
        }
        let pattern = Self(pieces);
        let clear = pattern.claims().all(|(name, before, after)| {
            let divides = |c: char| match name {
                "sub" => NEIGHBOURS.contains(c),
                _ => !c.is_alphanumeric(),
            };
            let ends = after.is_none_or(|next| next.is_some_and(divides));
            let begins = before.is_none_or(|last| last.is_some_and(divides));
            !name.is_empty() && ends && begins
        });
        clear.then_some(pattern)
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    pub(crate) fn is_any(&self) -> bool {
        self.0 == [Piece::Any]
    }

    /// Each claim with the character before it that has to divide it from a `*`, and with the one after it.
    /// `Some(None)` is something else than a character.
    fn claims(&self) -> impl Iterator<Item = (&str, Option<Option<char>>, Option<Option<char>>)> {
        self.0.iter().enumerate().filter_map(|(place, piece)| {
            let Piece::Claim(name) = piece else {
                return None;
            };
            let character = |piece: &Piece, last: bool| match piece {
                Piece::Text(text) if last => text.chars().next_back(),
                Piece::Text(text) => text.chars().next(),
                _ => None,
            };
            let before = &self.0[..place];
            let before = (before.contains(&Piece::Any))
                .then(|| before.last().and_then(|piece| character(piece, true)));
            let after = self.0.get(place + 1).map(|piece| character(piece, false));
            Some((name.as_str(), before, after))
        })
    }

    /// Whether it fits a name, for a caller with these claims.
    pub(crate) fn fits(&self, claims: Option<&Value>, name: &str) -> bool {
        let nothing = Value::Null;
        let claims = claims.unwrap_or(&nothing);
        let mut list = None;
        for (name, ..) in self.claims() {
            if claim(claims, name).is_some_and(|claim| values(claim).len() > 1) {
                if list.is_some_and(|other| other != name) {
                    return false;
                }
                list = Some(name);
            }
        }
        let count = list
            .and_then(|name| claim(claims, name))
            .map_or(1, |list| values(list).len());
        (0..count).any(|place| {
            let chosen = |name: &str| {
                let values = values(claim(claims, name)?);
                let place = if list == Some(name) { place } else { 0 };
                let value = values.into_iter().nth(place)?;
                (!is_blank(&value) && !value.contains('*')).then_some(value)
            };
            self.fits_with(&chosen, name)
        })
    }

    fn fits_with(&self, chosen: &dyn Fn(&str) -> Option<String>, name: &str) -> bool {
        let clear = self.claims().all(|(name, before, after)| {
            chosen(name).is_some_and(|value| {
                let divided = [before, after].into_iter().flatten().flatten();
                divided.into_iter().all(|c| !value.contains(c))
            })
        });
        clear && {
            let pieces = self.0.iter().map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Any => "*".to_owned(),
                Piece::Claim(name) => chosen(name).unwrap_or_default(),
            });
            glob(&pieces.collect::<String>(), name)
        }
    }
}

/// `*` stands for any text.
pub(crate) fn glob(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

pub(crate) fn is_blank(name: &str) -> bool {
    name.trim().is_empty()
}

#[test]
fn patterns_are_read_as_the_documentation_says() {
    for good in [
        "*",
        "team-*",
        "dm-{sub}",
        "{sub}",
        "{sub}~*",
        "*~{sub}",
        "a*b (c){sub}, x*",
        "{sub} {sub}",
        "class-{school}-*",
        "*.{app_metadata.team}",
        "{a}-{b}-{c}",
        "x{a}}",
        "}",
    ] {
        assert!(Pattern::read(good).is_some(), "{good}");
    }
    for bad in [
        "dm-{sub}-*",
        "*{sub}",
        "{sub}*",
        "*-{sub}",
        "*~x{sub}",
        "{sub}_{sub}",
        "{sub}.",
        "{a}{b}",
        "{a}*",
        "{a}x",
        "*{a}",
        "*1{a}",
        "*-{a}{b}",
        "{a",
        "a-{}",
    ] {
        assert!(Pattern::read(bad).is_none(), "{bad}");
    }
}

#[test]
fn a_claim_in_a_pattern_is_a_name() {
    use serde_json::json;
    let fits = |pattern: &str, claims: Value, name: &str| {
        Pattern::read(pattern).unwrap().fits(Some(&claims), name)
    };
    let sub = |pattern, subject: &str, name| fits(pattern, json!({ "sub": subject }), name);
    assert!(sub("dm-{sub}", "ann", "dm-ann") && !sub("dm-{sub}", "ann", "dm-ann-marie"));
    assert!(sub("{sub}~*", "ann", "ann~1") && !sub("{sub}~*", "ann~b", "ann~b~1"));
    assert!(sub("*~{sub}", "b", "a~b") && !sub("*~{sub}", "a~b", "x~a~b"));
    assert!(!sub("dm-{sub}", "*", "dm-*") && !sub("{sub}", " ", " "));
    assert!(sub("x~{sub}", "a~b", "x~a~b"));
    assert!(!Pattern::read("dm-{sub}").unwrap().fits(None, "dm-{sub}"));
    let school = |school| json!({ "school": school });
    assert!(fits("c-{school}-*", school(json!(7)), "c-7-1"));
    assert!(!fits(
        "c-{school}-*",
        school(json!("st-john")),
        "c-st-john-1"
    ));
    assert!(!fits("c-{school}", school(json!(true)), "c-true"));
    let two = school(json!(["a", "b-c", "*", 5]));
    assert!(fits("c-{school}-*", two.clone(), "c-5-") && fits("c-{school}", two.clone(), "c-b-c"));
    assert!(!fits("c-{school}-*", two.clone(), "c-b-c-1") && !fits("{school}", two, "*"));
    let lists = |a| json!({"a": a, "b": ["y", "z"]});
    assert!(!fits("{a}-{b}", lists(json!(["w", "x"])), "x-y"));
    assert!(fits("{a}-{b}", lists(json!(["x", null])), "x-z"));
    assert!(!fits("{school}", school(json!(vec!["x"; 101])), "x"));
}

#[test]
fn a_star_stands_for_any_text() {
    for (pattern, name, does) in [
        ("a*b*c", "abc", true),
        ("a*b*c", "axbybzc", true),
        ("a*ab", "ab", false),
        ("a*", "a", true),
        ("*", "", true),
        ("a", "ab", false),
        ("*b*", "abc", true),
        ("a*bc*bc", "abcbc", true),
        ("a*bc*bc", "abc", false),
    ] {
        assert_eq!(glob(pattern, name), does, "{pattern} {name}");
    }
}
