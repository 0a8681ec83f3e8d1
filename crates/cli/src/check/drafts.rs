//! Outputs that become visible all at once: written under names of their own, renamed when the verdict is known.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use atalaya_terminal::exit::Failure;

/// Where the outputs lie.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The accepted rows.
    pub(super) parquet: Option<PathBuf>,
    /// The list of rejects.
    pub(super) rejects: Option<PathBuf>,
    /// Outputs of an earlier run that lie beside and say something else.
    pub(super) outdated: Vec<PathBuf>,
}

/// The two outputs while they grow.
#[derive(Debug)]
pub(super) struct Drafts {
    parquet: Draft,
    rejects: Draft,
}

impl Drafts {
    /// Makes the folder where it is missing, and begins both outputs, named after `file`.
    pub(super) fn create(dir: &Path, file: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(dir).map_err(|error| cannot_write(dir, &error))?;
        let stem = stem(file);
        Ok(Self {
            parquet: Draft::create(dir, &format!("{stem}.parquet"))?,
            rejects: Draft::create(dir, &format!("{stem}.rejects.jsonl"))?,
        })
    }

    /// Adds bytes to both.
    pub(super) fn write(&mut self, parquet: &[u8], rejects: &[u8]) -> Result<(), Failure> {
        self.parquet.write(parquet)?;
        self.rejects.write(rejects)
    }

    /// Keeps the Parquet of an available file and the list of rejects unless it is empty.
    pub(super) fn commit(self, available: bool) -> Result<Written, Failure> {
        let mut written = Written::default();
        if available {
            written.parquet = Some(self.parquet.commit()?);
        } else {
            written.outdated.extend(self.parquet.abandon());
        }
        if self.rejects.bytes == 0 {
            written.outdated.extend(self.rejects.abandon());
        } else {
            written.rejects = Some(self.rejects.commit()?);
        }
        Ok(written)
    }
}

/// One output under a temporary name; dropped without commit it leaves nothing.
#[derive(Debug)]
struct Draft {
    temporary: PathBuf,
    target: PathBuf,
    file: io::BufWriter<File>,
    /// Bytes written.
    bytes: u64,
    kept: bool,
}

impl Draft {
    fn create(dir: &Path, name: &str) -> Result<Self, Failure> {
        let temporary = dir.join(format!(".{name}.{}.partial", std::process::id()));
        let file = File::create(&temporary).map_err(|error| cannot_write(&temporary, &error))?;
        Ok(Self { temporary, target: dir.join(name), file: io::BufWriter::new(file), bytes: 0, kept: false })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|error| cannot_write(&self.target, &error))
    }

    /// Gives the output its name.
    fn commit(mut self) -> Result<PathBuf, Failure> {
        let renamed = self.file.flush().and_then(|()| fs::rename(&self.temporary, &self.target));
        renamed.map_err(|error| cannot_write(&self.target, &error))?;
        self.kept = true;
        Ok(self.target.clone())
    }

    /// Leaves nothing behind; the path of an older output under the same name, where there is one.
    fn abandon(self) -> Option<PathBuf> {
        self.target.exists().then(|| self.target.clone())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // What cannot be removed is a hidden file that says `.partial`.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// The file's name without `.gz` and without its extension: `flights.csv.gz` → `flights`.
fn stem(file: &Path) -> String {
    if file == Path::new("-") {
        return "stdin".to_owned();
    }
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    match plain.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ => plain.to_owned(),
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::unreadable(format!("cannot write {}: {error}", path.display()))
        .hint("choose a folder with --out that you may write to and that has room")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_named_after_the_file() {
        let stems = ["flights.csv.gz", "a/b/flights.csv", "plain", ".hidden", "-", "2013.01.csv"].map(Path::new);
        assert_eq!(stems.map(stem), ["flights", "flights", "plain", ".hidden", "stdin", "2013.01"]);
    }
}
