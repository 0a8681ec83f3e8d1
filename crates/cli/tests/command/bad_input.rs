//! `check` on what is no file to judge: a clear message each, and no panic.

use std::io::Write as _;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;

use crate::harness::{answer, atalaya, check, check_stdin, contract, sample};

fn with(name: &str, bytes: &[u8], test: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    test(&path);
}

fn message(answer: &Value) -> &str {
    answer["error"]["message"].as_str().unwrap_or_else(|| panic!("no message in {answer:#}"))
}

#[test]
fn an_empty_file_is_rejected() {
    with("empty.csv", b"", |path| {
        let (code, answer) = check(path, &contract("prices"), None);
        assert_eq!((code, &answer["outcome"]), (1, &Value::from("rejected")), "{answer:#}");
        assert_eq!(answer["rows"]["read"], 0);
        assert_eq!(answer["rejects"].as_array().map(Vec::len), Some(1), "{answer:#}");
    });
}

#[test]
fn a_file_with_a_header_only_is_available_unless_a_rule_wants_rows() {
    let header = "order_id,line,ordered_on,email,country,article,quantity,amount\n";
    with("header.csv", header.as_bytes(), |path| {
        let (code, answer) = check(path, &contract("orders"), None);
        assert_eq!((code, &answer["rows"]["read"]), (1, &Value::from(0)), "{answer:#}");
        assert_eq!(answer["rejects"][0]["rule"].as_str().map(|rule| rule.contains("not-empty")), Some(true));
    });
    with("header.csv", b"tailnum,year,type,manufacturer,model,engines,seats,speed,engine\n", |path| {
        let (code, answer) = check(path, &contract("planes"), None);
        assert_eq!((code, &answer["outcome"]), (0, &Value::from("available")), "{answer:#}");
        assert!(answer["warnings"].to_string().contains("no data rows"), "{answer:#}");
    });
}

#[test]
fn a_contract_that_is_missing_wrong_or_no_contract_is_exit_code_2() {
    let file = sample("acme-orders.csv");
    let (code, missing) = check(&file, Path::new("missing.odcs.yaml"), None);
    assert_eq!((code, &missing["error"]["kind"]), (2, &Value::from("contract")));
    assert!(message(&missing).contains("missing.odcs.yaml"));
    // The data file in place of the contract.
    let (code, swapped) = check(&file, &file, None);
    assert_eq!(code, 2, "{swapped:#}");
    with("wrong.odcs.yaml", b"apiVersion: v3.1.0\nkind: DataContract\nid: x\n", |path| {
        let (code, wrong) = check(&file, path, None);
        assert_eq!(code, 2, "{wrong:#}");
        assert!(wrong["error"]["details"].as_array().is_some_and(|list| list.len() >= 2), "{wrong:#}");
        assert!(message(&wrong).contains("wrong.odcs.yaml:"), "{wrong:#}");
    });
}

#[test]
fn without_a_contract_the_usage_is_told() {
    let output = atalaya(&[&"check", &sample("acme-orders.csv")]).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--contract"));
}

#[test]
fn a_missing_file_and_a_folder_are_exit_code_3() {
    let (code, missing) = check(Path::new("missing.csv"), &contract("orders"), None);
    assert_eq!((code, &missing["error"]["kind"]), (3, &Value::from("unreadable")));
    assert!(message(&missing).contains("missing.csv"));
    let (code, folder) = check(Path::new("."), &contract("orders"), None);
    assert_eq!(code, 3);
    assert!(message(&folder).contains("is a folder"));
}

#[test]
fn a_binary_file_is_exit_code_3() {
    // The command itself is as binary as a file can be.
    let (code, answer) = check(Path::new(env!("CARGO_BIN_EXE_atalaya")), &contract("orders"), None);
    assert_eq!(code, 3, "{answer:#}");
    assert!(!message(&answer).is_empty());
    let folder = tempfile::tempdir().expect("a folder");
    let (_, made) = check(&sample("acme-preisliste.csv"), &contract("prices"), Some(folder.path()));
    let parquet = made["outputs"]["parquet"].as_str().expect("available");
    let (code, answer) = check(Path::new(parquet), &contract("prices"), None);
    assert_eq!(code, 3, "{answer:#}");
}

#[test]
fn a_line_of_200_megabytes_is_exit_code_3() {
    let piece = vec![b'x'; 1 << 20];
    let header = b"order_id,line,ordered_on,email,country,article,quantity,amount\n".as_slice();
    let pieces = std::iter::once(header).chain(std::iter::repeat_n(piece.as_slice(), 200));
    let (code, answer) = check_stdin(&contract("orders"), pieces);
    assert_eq!(code, 3, "{answer:#}");
    assert!(!message(&answer).is_empty());
    assert!(answer["bytes_read"].as_u64().is_some_and(|read| read < 100 << 20), "it reads on for nothing: {answer:#}");
}

#[test]
fn a_gzip_file_is_read_and_one_that_is_cut_short_is_exit_code_3() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&std::fs::read(sample("acme-preisliste.csv")).expect("is there")).expect("compresses");
    let whole = gzip.finish().expect("compresses");
    with("prices.csv.gz", &whole, |path| {
        let (code, answer) = check(path, &contract("prices"), None);
        assert_eq!((code, &answer["rows"]["read"]), (0, &Value::from(70)), "{answer:#}");
    });
    with("prices.csv.gz", &whole[..whole.len() - 40], |path| {
        let out = path.with_file_name("out");
        let (code, answer) = check(path, &contract("prices"), Some(&out));
        assert_eq!(code, 3, "{answer:#}");
        assert!(!message(&answer).is_empty());
        assert_eq!((&answer["outcome"], &answer["outputs"]["parquet"]), (&Value::from("rejected"), &Value::Null));
        let output = atalaya(&[&"check", &path, &"--contract", &contract("prices")]).output().expect("runs");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.starts_with("✗ rejected"), "the pipeline's word for it:\n{text}");
    });
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    let mut command = atalaya(&[&"check", &sample("acme-orders.csv"), &"--contract", &contract("orders"), &"--json"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn();
    let child = child.as_mut().expect("starts");
    drop(child.stdout.take());
    let mut stderr = child.stderr.take().expect("is piped");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut stderr, &mut text).expect("reads");
    assert!(child.wait().expect("ends").code().is_some_and(|code| code <= 1), "{text}");
    assert!(text.is_empty(), "{text}");
}

#[test]
fn a_folder_that_cannot_be_written_to_is_told() {
    with("a-file", b"", |path| {
        let mut command =
            atalaya(&[&"check", &sample("acme-orders.csv"), &"--contract", &contract("orders"), &"--json"]);
        let (code, answer) = answer(&command.arg("--out").arg(path).output().expect("runs"));
        assert_eq!(code, 3);
        assert!(message(&answer).contains("cannot write"), "{answer:#}");
    });
}
