//! No command writes to the terminal beside `atalaya_terminal::output`.

use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// What does not go through `atalaya_terminal::output` does not go through the last look either.
#[test]
fn nothing_else_writes_to_the_terminal() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    assert!(files.len() > 50, "the sources are found");
    let writes = |path: &&PathBuf| {
        let text = std::fs::read_to_string(path).expect("a source");
        ["anstream::std", "println!(", "io::stdout().lock", "eprint!("].iter().any(|way| text.contains(way))
    };
    let others: Vec<_> = files.iter().filter(|path| !path.ends_with("src/writes.rs")).filter(writes).collect();
    assert!(others.is_empty(), "{others:?}");
}
