//! Pages of Markdown, and the blocks in them.

use std::fs;
use std::path::{Path, PathBuf};

/// What every section that holds a sample nobody runs has to say.
const NOT_RUN: &str = "*Not run by the tests of this project.*";

/// A fenced block.
pub(crate) struct Block {
    /// Its page and line, for a test that fails.
    pub(crate) place: String,
    /// What stands behind the fence.
    pub(crate) language: String,
    /// How many headings stand before it.
    pub(crate) section: usize,
    /// Whether its section says that it is not run.
    pub(crate) marked: bool,
    /// The text, without the indentation of a list that it stands in.
    pub(crate) text: String,
}

/// The blocks of every page there is, page by page.
pub(crate) fn pages() -> Vec<Vec<Block>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let documents = fs::read_dir(root.join("docs")).unwrap();
    let paths = documents.map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.is_file()).collect();
    paths.sort();
    let others = [
        "README.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "tests/README.md",
    ];
    paths.splice(..0, others.map(|name| root.join(name)));
    paths.iter().map(|path| blocks(path)).collect()
}

fn blocks(path: &Path) -> Vec<Block> {
    let name = path.file_name().unwrap().to_string_lossy();
    let text = fs::read_to_string(path).unwrap();
    let (mut found, mut section, mut marked) = (Vec::new(), 0, false);
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let unindented = line.trim_start();
        if let Some(language) = unindented.strip_prefix("```") {
            let indent = line.len() - unindented.len();
            let inside = lines.by_ref().map(|(_, line)| line);
            let inside = inside.take_while(|line| line.trim() != "```");
            let inside = inside.map(|line| line.get(indent..).unwrap_or_default());
            found.push(Block {
                place: format!("{name}, line {}", number + 1),
                language: language.to_owned(),
                section,
                marked,
                text: inside.flat_map(|line| [line, "\n"]).collect(),
            });
        } else if line.starts_with('#') {
            section += 1;
            marked = false;
        } else if line.starts_with(NOT_RUN) {
            marked = true;
        }
    }
    found
}
