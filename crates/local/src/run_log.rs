//! The run's log: what the emulator writes, and what Atalaya adds to it.

use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
};

use jiff::Timestamp;

use crate::{LocalError, error::AtPath};

/// A file that the emulator and this process write to. They share one place in it, so that neither overwrites the
/// other's lines.
#[derive(Debug, Clone)]
pub(crate) struct RunLog {
    path: PathBuf,
    file: Arc<File>,
}

impl RunLog {
    pub(crate) fn create(path: PathBuf) -> Result<Self, LocalError> {
        let file = File::create(&path).at(&path)?;
        Ok(Self { path, file: Arc::new(file) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line on what Atalaya's part named `who` has to say.
    pub(crate) fn tell(&self, who: &str, what: &str) {
        let line = format!("{:.0} WARNING [atalaya {who}] {what}\n", Timestamp::now());
        // A log that cannot be written, such as one on a full disk, must not end what it tells about.
        let _ = (&*self.file).write_all(line.as_bytes());
    }

    /// For a process's standard output or error.
    pub(crate) fn stdio(&self) -> Result<Stdio, LocalError> {
        self.file.try_clone().map(Stdio::from).at(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_writers_keep_each_others_lines() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = RunLog::create(folder.path().join("log")).expect("a file");
        log.tell("one", "before");
        let mut child = std::process::Command::new("echo").arg("child").stdout(log.stdio().expect("cloned")).spawn();
        child.as_mut().expect("echo is everywhere").wait().expect("it ends");
        log.tell("one", "after");
        let text = std::fs::read_to_string(log.path()).expect("written");
        let lines: Vec<_> = text.lines().map(|line| line.rsplit(' ').next().unwrap_or_default()).collect();
        assert_eq!(lines, ["before", "child", "after"]);
    }
}
