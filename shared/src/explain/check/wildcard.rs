//! Wildcards: one token for many channels or users.

/// Whether a channel or user in a token stands for more than one.
pub(crate) fn is_wildcard(name: &str) -> bool {
    name.contains('*') || name.trim().is_empty()
}

/// Whether a channel or user in a token covers the one that an app joins with. Blank covers
/// everything; a `*` stands for any characters, so that `1*a*2` covers `1abc2`.
pub(crate) fn covers(pattern: &str, name: &str) -> bool {
    if pattern.trim().is_empty() {
        return true;
    }
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(head) else {
        return false;
    };
    let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    // The first place that fits leaves most for what follows.
    for part in middle.split('*') {
        match name.split_once(part) {
            _ if part.is_empty() => {}
            Some((_, after)) => name = after,
            None => return false,
        }
    }
    name.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::{covers, is_wildcard};

    #[test]
    fn stars_stand_for_any_characters() {
        for (pattern, name) in [
            ("", "a"),
            (" ", "a"),
            ("*", ""),
            ("*", "abc"),
            ("a", "a"),
            ("1*a*2", "1abc2"),
            ("1*a*2", "1a2"),
            ("room-*", "room-"),
            ("*-x", "a-x"),
            ("**a**", "bab"),
            ("a*b*b", "abb"),
        ] {
            assert!(covers(pattern, name), "{pattern:?} {name:?}");
        }
        for (pattern, name) in [
            ("a", "A"),
            ("a", ""),
            ("1*a*2", "1bc2"),
            ("1*a*2", "12"),
            ("a*a", "a"),
            ("a*b*b", "ab"),
            ("room-*", "Room-1"),
        ] {
            assert!(!covers(pattern, name), "{pattern:?} {name:?}");
        }
        assert!(is_wildcard("1*") && is_wildcard("") && !is_wildcard("0"));
    }

    #[test]
    fn a_hostile_pattern_is_no_more_work_than_its_length() {
        assert!(!covers(&"*a".repeat(30_000), &"a".repeat(255)));
    }
}
