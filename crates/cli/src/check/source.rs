//! The file to check, read in chunks, with a progress bar where somebody watches.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use atalaya_terminal::exit::Failure;

/// Smaller files are judged before a bar could be read.
const WORTH_A_BAR: u64 = 32 << 20;

/// A file or stdin.
pub(super) struct Source {
    path: PathBuf,
    reader: Box<dyn io::Read>,
    bar: ProgressBar,
}

impl Source {
    /// Opens `path`; `-` is stdin.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            let reader = Box::new(io::stdin().lock());
            return Ok(Self { path: PathBuf::from("stdin"), reader, bar: ProgressBar::hidden() });
        }
        let cannot = |error: io::Error| {
            let hint = match error.kind() {
                io::ErrorKind::NotFound => "check the path; a relative one starts at the current folder",
                io::ErrorKind::PermissionDenied => "you may not read it: check its permissions",
                _ => "check that it is a file that can be read",
            };
            Failure::unreadable(format!("cannot read {}: {error}", path.display())).hint(hint)
        };
        let file = File::open(path).map_err(cannot)?;
        let metadata = file.metadata().map_err(cannot)?;
        if metadata.is_dir() {
            return Err(Failure::unreadable(format!("{} is a folder", path.display())).hint("name one file in it"));
        }
        Ok(Self { path: path.to_owned(), reader: Box::new(file), bar: bar(metadata.len()) })
    }

    /// Fills as much of `chunk` as there is; zero at the end.
    pub(super) fn read(&mut self, chunk: &mut [u8]) -> Result<usize, Failure> {
        loop {
            match self.reader.read(chunk) {
                Ok(length) => {
                    self.bar.inc(length as u64);
                    return Ok(length);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let at = self.bar.position();
                    let path = self.path.display();
                    return Err(Failure::unreadable(format!("reading {path} failed after {at} bytes: {error}"))
                        .hint("check the disk or the network share that it lies on"));
                }
            }
        }
    }

    /// Takes the bar away.
    pub(super) fn done(&self) {
        self.bar.finish_and_clear();
    }
}

/// A bar on stderr, where stderr is a terminal.
fn bar(bytes: u64) -> ProgressBar {
    if bytes < WORTH_A_BAR {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("  {bar:30} {bytes:>10} of {total_bytes}, {bytes_per_sec}, {eta} left")
        .expect("the template is right: a test renders it");
    ProgressBar::new(bytes).with_style(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_s_template_is_valid() {
        assert!(!bar(WORTH_A_BAR).is_finished());
    }

    #[test]
    fn a_folder_and_a_missing_file_are_told_apart() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        for (path, expected) in [(here.to_owned(), "is a folder"), (here.join("missing.csv"), "cannot read")] {
            match Source::open(&path) {
                Err(Failure::Told(told)) => assert!(told.message().contains(expected), "{}", told.message()),
                _ => panic!("{} must not open", path.display()),
            }
        }
    }
}
