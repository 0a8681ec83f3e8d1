//! Tests in a folder: the one place of this library that reads files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    fault::{Fault, LoadError},
    settings::Settings,
    suite::{Source, Suite, SuiteReport, read_settings},
};

/// The file that says which template is tested, and with what.
const CONTEXT: &str = "context.yaml";
/// The template where neither the caller nor the context names one, by its path from the tests' folder.
const DEFAULT_TEMPLATE: &str = "../template.yaml";

/// Reads the tests of a folder: every `*.yaml` and `*.yml` in it but `context.yaml`. The template is the one given,
/// else the one that the context names, else `../template.yaml`.
///
/// # Errors
/// What cannot be read, or every fault of the template and of the tests.
pub fn read_folder(tests: &Path, template: Option<&Path>) -> Result<Suite, LoadError> {
    // What the caller named comes first: without it, the folder beside it is not worth a word.
    let given = template.map(read).transpose()?;
    let files = test_files(tests)?;
    let context = tests.join(CONTEXT);
    let settings = if context.is_file() { read_settings(&read(&context)?)? } else { Settings::default() };
    let beside = |path: &str| tests.join(path);
    let template = match (given, &settings.template) {
        (Some(given), _) => given,
        (None, Some(named)) => read(&beside(&named.value))?,
        (None, None) => read(&beside(DEFAULT_TEMPLATE))?,
    };
    let stacks: Vec<_> =
        settings.stacks.iter().map(|stack| read(&beside(&stack.template.value))).collect::<Result<_, _>>()?;
    let tests: Vec<_> = files.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    Suite::new(&settings, &template, &stacks, &tests)
}

/// Reads the tests of a folder and runs them all.
///
/// # Errors
/// As those of [`read_folder`].
pub fn run_folder(tests: &Path, template: Option<&Path>) -> Result<SuiteReport, LoadError> {
    read_folder(tests, template).map(|suite| suite.run_all())
}

/// The test files of a folder, in the order of their names.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let unreadable =
        |error: std::io::Error| LoadError::Unreadable(format!("cannot read the folder {}: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if is_yaml && path.file_name().is_some_and(|name| name != CONTEXT) {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        let hint = Some("a test file is a YAML document with `alarm` and `cases`".to_owned());
        let message = "the folder holds no test file".to_owned();
        return Err(LoadError::Wrong(vec![Fault {
            file: folder.display().to_string(),
            line: 1,
            column: 1,
            message,
            hint,
        }]));
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Source, LoadError> {
    let file = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| LoadError::Unreadable(format!("cannot read {file}: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        LoadError::Unreadable(format!("{file} is not UTF-8 text (byte {})", error.utf8_error().valid_up_to()))
    })?;
    Ok(Source { file, text })
}
