//! The folder of one run: the emulator's log and scratch files, and the copy of the template that is packaged.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{LocalError, error::AtPath, functions};

/// A folder below `.atalaya` that ends with the run.
#[derive(Debug)]
pub(crate) struct RunFolder(tempfile::TempDir);

impl RunFolder {
    /// Makes the folder. It lies in the project, since binaries are executed from it, which a system's folder for
    /// temporary files may forbid.
    pub(crate) fn make(project: &Path) -> Result<Self, LocalError> {
        let parent = project.join(".atalaya");
        fs::create_dir_all(&parent).at(&parent)?;
        let parent = parent.canonicalize().at(&parent)?;
        tempfile::Builder::new().prefix("run-").tempdir_in(&parent).map(Self).at(parent)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Lays out what `aws cloudformation package` reads: the template and the binaries where the template expects
    /// them. They are not put in the project's own `target/lambda`, where a deployment to AWS would find binaries
    /// that were built for this machine.
    pub(crate) fn stage(
        &self,
        project: &Path,
        binaries: &BTreeMap<&'static str, PathBuf>,
    ) -> Result<PathBuf, LocalError> {
        let staged = self.path().join("project");
        copy_files(&project.join("infra"), &staged.join("infra"))?;
        for (name, binary) in binaries {
            let folder = staged.join("target/lambda").join(functions::package(name));
            fs::create_dir_all(&folder).at(&folder)?;
            let bootstrap = folder.join("bootstrap");
            if fs::hard_link(binary, &bootstrap).is_err() {
                fs::copy(binary, &bootstrap).at(binary)?;
            }
        }
        Ok(staged.join("infra/template.yaml"))
    }

    /// Removes the folder. The emulator removes it too when it ends, so it may be gone.
    pub(crate) fn remove(self) -> Result<(), LocalError> {
        let path = self.path().to_owned();
        match self.0.close() {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).at(path),
            _ => Ok(()),
        }
    }
}

fn copy_files(from: &Path, to: &Path) -> Result<(), LocalError> {
    fs::create_dir_all(to).at(to)?;
    for entry in fs::read_dir(from).at(from)? {
        let path = entry.at(from)?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            fs::copy(&path, to.join(name)).at(&path)?;
        }
    }
    Ok(())
}
