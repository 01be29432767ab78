//! Text in lines.

use super::WIDTH;

/// `text` in lines that fit, each after `indent`.
pub(crate) fn wrapped(text: &str, indent: &str) -> String {
    labelled(indent, text, indent)
}

/// The same, with the first line after `first`. Its width counts, and its colour does not.
pub(crate) fn labelled(first: &str, text: &str, indent: &str) -> String {
    let room = WIDTH.saturating_sub(indent.chars().count());
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && longer > room {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    let mut all = format!("{first}{}", lines.remove(0));
    for line in lines {
        all.push('\n');
        all.push_str(indent);
        all.push_str(&line);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_lose_nothing() {
        let text = "word ".repeat(100);
        let lines = wrapped(&text, "    ");
        assert!(
            lines
                .lines()
                .all(|line| line.len() <= WIDTH && line.starts_with("    word"))
        );
        assert_eq!(lines.split_whitespace().count(), 100);
        assert_eq!(wrapped("", "  "), "  ");
        // What has no blank stays in one piece, so that it can be copied.
        assert_eq!(wrapped(&"x".repeat(200), "").len(), 200);
    }
}
