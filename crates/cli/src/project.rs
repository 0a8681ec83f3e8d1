//! Where the project's own files lie: the infrastructure to deploy, and the demo's contracts.

use std::path::{Path, PathBuf};

use atalaya_terminal::exit::Failure;

/// What marks the project's root.
const MARK: &str = "infra/template.yaml";

/// The project's root: the current folder or one above it, else the folder that this program was built from.
pub(crate) fn root() -> Result<PathBuf, Failure> {
    let here = std::env::current_dir().unwrap_or_default();
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    here.ancestors().chain(built_from).find(|folder| folder.join(MARK).is_file()).map(Path::to_owned).ok_or_else(|| {
        Failure::usage(format!("no {MARK} in {} or above it", here.display()))
            .hint("run this command in a clone of the project: the local AWS deploys what lies there")
    })
}
