//! Where things that are made once are kept.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{LocalError, error::AtPath};

/// The cache's folder: `$ATALAYA_CACHE_DIR`, else `$XDG_CACHE_HOME/atalaya`, else `~/.cache/atalaya`.
pub(crate) fn folder() -> Result<PathBuf, LocalError> {
    folder_from(|name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
}

fn folder_from(variable: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf, LocalError> {
    variable("ATALAYA_CACHE_DIR")
        .or_else(|| variable("XDG_CACHE_HOME").map(|cache| cache.join("atalaya")))
        .or_else(|| variable("HOME").map(|home| home.join(".cache/atalaya")))
        .ok_or(LocalError::NoCacheFolder)
}

/// The right to make something in the cache: one process at a time has it, and the system takes it back from a
/// process that dies.
pub(crate) struct Turn(fs::File);

impl Turn {
    /// Waits for the turn; `waiting` is called if another process has it.
    pub(crate) async fn wait(lock: PathBuf, waiting: impl FnOnce()) -> Result<Self, LocalError> {
        if let Some(parent) = lock.parent() {
            fs::create_dir_all(parent).at(parent)?;
        }
        let file = fs::File::options().create(true).write(true).truncate(false).open(&lock).at(&lock)?;
        if file.try_lock().is_ok() {
            return Ok(Self(file));
        }
        waiting();
        let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file));
        locked.await.expect("waiting for a lock does not panic").at(&lock).map(Self)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Closing the file gives the turn back anyway.
        let _ = self.0.unlock();
    }
}

/// Whether everything in `folder` was made: the mark is set last.
pub(crate) fn is_whole(folder: &Path) -> bool {
    folder.join(MARK).is_file()
}

/// Sets the mark.
pub(crate) fn mark_whole(folder: &Path) -> Result<(), LocalError> {
    let mark = folder.join(MARK);
    fs::write(&mark, b"").at(mark)
}

const MARK: &str = ".whole";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_particular_variable_wins() {
        let place = |set: &[(&str, &str)]| {
            folder_from(|name| set.iter().find(|(set, _)| *set == name).map(|(_, value)| PathBuf::from(value))).ok()
        };
        let all = [("HOME", "/h"), ("XDG_CACHE_HOME", "/x"), ("ATALAYA_CACHE_DIR", "/a")];
        assert_eq!(place(&all), Some(PathBuf::from("/a")));
        assert_eq!(place(&all[..2]), Some(PathBuf::from("/x/atalaya")));
        assert_eq!(place(&all[..1]), Some(PathBuf::from("/h/.cache/atalaya")));
        assert_eq!(place(&[]), None);
    }

    #[tokio::test]
    async fn a_turn_is_had_by_one_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let lock = folder.path().join("deep/lock");
        let first = Turn::wait(lock.clone(), || panic!("nobody has it")).await.expect("the turn");
        let (told, mut hears) = tokio::sync::oneshot::channel();
        let second = tokio::spawn(Turn::wait(lock, move || told.send(()).expect("the test listens")));
        (&mut hears).await.expect("the second one waits");
        assert!(!second.is_finished());
        drop(first);
        second.await.expect("no panic").expect("the turn");
    }
}
