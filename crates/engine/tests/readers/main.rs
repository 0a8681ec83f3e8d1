//! The Parquet file as other people's readers open it: pyarrow, DuckDB, and Polars of several ages, each of which must
//! find every value, and the statistics of every column where it shows them.
//!
//! The readers are Python packages. `ATALAYA_TEST_PYTHON` names a Python that has pyarrow and DuckDB;
//! `ATALAYA_TEST_POLARS` names a folder with a folder of packages for each version of Polars, since two versions cannot
//! share an environment. A test whose variables are not set prints `skipped` and passes.

mod rows;

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, LazyLock},
};

use atalaya_contract::parse;
use atalaya_engine::{Engine, Outcome, Plan};
use bytes::Bytes;
use parquet::file::{reader::FileReader as _, serialized_reader::SerializedFileReader};

/// The rows as they were sent, and the file made from them.
struct Files {
    csv: PathBuf,
    parquet: PathBuf,
}

static FILES: LazyLock<Files> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readers");
    fs::create_dir_all(&folder).expect("the folder of temporary files takes another");
    let files = Files { csv: folder.join("rows.csv"), parquet: folder.join("rows.parquet") };
    let csv = rows::csv();
    let parquet = parquet_of(csv.as_bytes());
    fs::write(&files.csv, csv).expect("the folder takes the rows");
    fs::write(&files.parquet, parquet).expect("the folder takes the file");
    files
});

fn parquet_of(csv: &[u8]) -> Bytes {
    let contract = parse(&rows::contract()).expect("a contract");
    let feed = contract.feed_for_check().expect("a feed");
    let mut engine = Engine::new(Arc::new(Plan::new(&contract, &feed).expect("a plan"))).expect("an engine");
    let mut parquet = Vec::new();
    let mut rest = csv;
    while !rest.is_empty() {
        rest = &rest[engine.feed(rest).expect("the engine works")..];
        parquet.extend(engine.take_parquet());
    }
    let verdict = engine.finish().expect("the engine ends");
    parquet.extend(engine.take_parquet());
    assert_eq!((verdict.outcome, verdict.rows.accepted), (Outcome::Available, rows::COUNT), "{verdict:?}");
    parquet.into()
}

/// The value of an environment variable, or `None` with a line on the terminal that the test is skipped.
fn variable(name: &str, meaning: &str) -> Option<OsString> {
    let value = std::env::var_os(name);
    if value.is_none() {
        println!("skipped: {name} names no {meaning}");
    }
    value
}

/// Runs a script that opens the file and compares all that it finds with the rows. The error is what differs.
fn compare(python: &OsString, script: &str, packages: Option<&Path>) -> Result<(), String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers").join(script);
    let mut command = Command::new(python);
    // Without files of bytecode beside the scripts, which are part of the repository.
    command.arg("-B").arg(&script).arg(&FILES.csv).arg(&FILES.parquet);
    if let Some(packages) = packages {
        command.env("PYTHONPATH", packages);
    }
    let output = command.output().expect("python runs");
    let (found, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    print!("{found}");
    if output.status.success() { Ok(()) } else { Err(format!("{command:?}\n{found}{wrong}")) }
}

/// Readers take other ways where there are several row groups, and several pages in one.
#[test]
fn the_file_has_several_row_groups_and_pages() {
    let parquet = Bytes::from(fs::read(&FILES.parquet).expect("the file"));
    let reader = SerializedFileReader::new(parquet).expect("a Parquet file");
    assert!(reader.num_row_groups() > 1, "the rows were meant to need several row groups");
    let group = reader.get_row_group(0).expect("a row group");
    let has_several_pages = |column: &usize| {
        let pages = group.get_column_page_reader(*column).expect("pages");
        pages.filter(|page| page.as_ref().expect("a page").is_data_page()).count() > 1
    };
    let several = (0..group.num_columns()).filter(has_several_pages).count();
    assert!(several >= 3, "more columns were meant to need several pages than {several}");
}

#[test]
fn pyarrow_reads_every_type() {
    let Some(python) = variable("ATALAYA_TEST_PYTHON", "Python that has pyarrow") else { return };
    compare(&python, "with_pyarrow.py", None).unwrap_or_else(|differences| panic!("{differences}"));
}

#[test]
fn duckdb_reads_every_type() {
    let Some(python) = variable("ATALAYA_TEST_PYTHON", "Python that has duckdb") else { return };
    compare(&python, "with_duckdb.py", None).unwrap_or_else(|differences| panic!("{differences}"));
}

#[test]
fn every_version_of_polars_reads_every_type() {
    let Some(python) = variable("ATALAYA_TEST_PYTHON", "Python") else { return };
    let Some(folder) = variable("ATALAYA_TEST_POLARS", "folder of Polars's versions") else { return };
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut versions: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    versions.sort();
    assert!(!versions.is_empty(), "ATALAYA_TEST_POLARS names a folder without a version of Polars");
    let compare_with = |packages: &PathBuf| compare(&python, "with_polars.py", Some(packages)).err();
    let differences: Vec<String> = versions.iter().filter_map(compare_with).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
