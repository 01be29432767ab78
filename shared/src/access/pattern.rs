//! Patterns of channel and room names in a policy.

/// What may stand beside `{sub}` where it could otherwise not be told where a subject ends: characters
/// that channel names take and identity providers do not put into subjects.
const SEPARATORS: &str = " !#$%&();<=>?[]^{}~,";

/// A pattern of names: `*` stands for any text, `{sub}` for the caller's own subject.
///
/// A name that is itself a wildcard matches as it stands, which is sound: what `room-1*` opens, the
/// pattern `room-*` allows, and `*` is not allowed by `room-*`.
///
/// One subject never gets what belongs to another: `{sub}` stands at the end or beside a character that
/// no subject it stands for can hold, so that `dm-{sub}-*` is no pattern, and `dm-{sub}~*` is one.
///
/// ```
/// use agora_token::access::NamePattern;
///
/// let own = NamePattern::new("class-*~{sub}").unwrap();
/// assert!(own.matches("class-7~alice", Some("alice")));
/// assert!(!own.matches("class-7~bob", Some("alice")));
/// assert!(!own.matches("class-7~", None));
/// assert!(NamePattern::new("dm-{sub}-*").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern {
    pieces: Vec<Piece>,
    /// The characters beside `{sub}`: no subject that holds one of them is meant.
    separators: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Any,
    Subject,
}

impl NamePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, and what to write instead: `{sub}` stands before or, after a `*`, behind
    /// something that a subject can hold too.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        for (index, between) in pattern.split('*').enumerate() {
            if index > 0 {
                pieces.push(Piece::Any);
            }
            for (index, text) in between.split("{sub}").enumerate() {
                if index > 0 {
                    pieces.push(Piece::Subject);
                }
                if !text.is_empty() {
                    pieces.push(Piece::Text(text.to_owned()));
                }
            }
        }
        let separators = separators(&pieces).ok_or_else(|| {
            format!(
                "`{{sub}}` must be at the end of a pattern or before one of {SEPARATORS:?}, and where a \
                 `*` comes before it, directly behind one of these: elsewhere, one user would get what \
                 belongs to another whose subject is longer"
            )
        })?;
        Ok(Self { pieces, separators })
    }

    /// The pattern that every name fits.
    pub(super) fn any() -> Self {
        Self {
            pieces: vec![Piece::Any],
            separators: String::new(),
        }
    }

    /// Whether `name` fits. A pattern with `{sub}` fits nothing for a caller without a subject, nor for
    /// one whose subject is blank, or holds a `*` or the character that marks its end.
    pub fn matches(&self, name: &str, subject: Option<&str>) -> bool {
        // The classic walk: on a mismatch, let the last `*` swallow one character more.
        let subject = subject.filter(|subject| self.takes(subject));
        let Some(pieces) = self.texts(subject) else {
            return false;
        };
        let (mut rest, mut left) = (name, pieces.as_slice());
        let mut retry: Option<(&str, &[Option<&str>])> = None;
        loop {
            match left.split_first() {
                None if rest.is_empty() => return true,
                Some((None, after)) => {
                    retry = Some((rest, after));
                    left = after;
                    continue;
                }
                Some((Some(text), after)) => {
                    if let Some(remaining) = rest.strip_prefix(text) {
                        (rest, left) = (remaining, after);
                        continue;
                    }
                }
                None => {}
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

    fn takes(&self, subject: &str) -> bool {
        !subject.trim().is_empty() && !subject.contains(|c| c == '*' || self.separators.contains(c))
    }

    /// The pieces with the subject filled in; `None` is a `*`.
    fn texts<'a>(&'a self, subject: Option<&'a str>) -> Option<Vec<Option<&'a str>>> {
        let text = |piece: &'a Piece| match piece {
            Piece::Text(text) => Some(Some(text.as_str())),
            Piece::Any => Some(None),
            Piece::Subject => subject.map(Some),
        };
        self.pieces.iter().map(text).collect()
    }
}

/// The characters that mark where a subject begins and ends; none where that can't be told.
fn separators(pieces: &[Piece]) -> Option<String> {
    let mut separators = String::new();
    let mut mark = |neighbour: Option<char>| {
        let separator = neighbour.filter(|c| SEPARATORS.contains(*c))?;
        separators.push(separator);
        Some(())
    };
    for (place, piece) in pieces.iter().enumerate() {
        if *piece != Piece::Subject {
            continue;
        }
        let (before, after) = pieces.split_at_checked(place)?;
        if before.contains(&Piece::Any) || before.contains(&Piece::Subject) {
            mark(match before.last()? {
                Piece::Text(text) => text.chars().next_back(),
                Piece::Any | Piece::Subject => None,
            })?;
        }
        match after.get(1) {
            None => {}
            Some(Piece::Text(text)) => mark(text.chars().next())?,
            Some(Piece::Any | Piece::Subject) => return None,
        }
    }
    Some(separators)
}

#[cfg(test)]
mod tests {
    use super::NamePattern;

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
                assert!(compiled.matches(name, Some("alice")), "{pattern} {name}");
            }
            for name in no {
                assert!(!compiled.matches(name, Some("alice")), "{pattern} {name}");
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
        ] {
            assert!(NamePattern::new(pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn a_subject_is_a_name_and_never_a_pattern() {
        let own = |pattern: &str, name: &str, subject: &str| {
            NamePattern::new(pattern)
                .unwrap()
                .matches(name, Some(subject))
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
}
