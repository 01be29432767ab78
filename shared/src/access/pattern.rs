//! Patterns of channel names in a policy.

/// A pattern of channel names: `*` stands for any text, `{sub}` for the caller's own subject.
///
/// A name that is itself a wildcard matches as it stands, which is sound: what `room-1*` opens, the
/// pattern `room-*` allows, and `*` is not allowed by `room-*`.
///
/// ```
/// use agora_token::access::ChannelPattern;
///
/// let own = ChannelPattern::new("class-*-{sub}");
/// assert!(own.matches("class-7-alice", Some("alice")));
/// assert!(!own.matches("class-7-bob", Some("alice")));
/// assert!(!own.matches("class-7-", None));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelPattern(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Any,
    Subject,
}

impl ChannelPattern {
    /// Reads a pattern. Every text is one.
    pub fn new(pattern: &str) -> Self {
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
        Self(pieces)
    }

    /// Whether `name` fits. A pattern with `{sub}` fits nothing for a caller without a subject.
    pub fn matches(&self, name: &str, subject: Option<&str>) -> bool {
        // The classic walk: on a mismatch, let the last `*` swallow one character more.
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

    /// The pieces with the subject filled in; `None` is a `*`.
    fn texts<'a>(&'a self, subject: Option<&'a str>) -> Option<Vec<Option<&'a str>>> {
        let text = |piece: &'a Piece| match piece {
            Piece::Text(text) => Some(Some(text.as_str())),
            Piece::Any => Some(None),
            Piece::Subject => subject.map(Some),
        };
        self.0.iter().map(text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::ChannelPattern;

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
                vec!["x-al*ice"],
                vec!["x-alice", "x-", "x-{sub}", "x-al-ice"],
            ),
        ] {
            let compiled = ChannelPattern::new(pattern);
            for name in yes {
                assert!(compiled.matches(name, Some("al*ice")), "{pattern} {name}");
            }
            for name in no {
                assert!(!compiled.matches(name, Some("al*ice")), "{pattern} {name}");
            }
        }
    }
}
