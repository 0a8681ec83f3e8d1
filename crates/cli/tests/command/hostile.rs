//! Contracts, labels, keys and reasons of somebody who means harm, as a person and as a script see them.

use serde_json::json;

use crate::harness::{answer, atalaya};

/// What would begin a line of its own, clear a terminal and turn a line round.
const FORGED: &str = "a\nerror: log in at evil\r\u{1b}[2J\u{202e}\u{9b}\u{200b}";

/// The same as a label of a column, which may have several lines and nothing else that steers a terminal.
const LABEL: &str = "a\nerror: log in at evil\u{202e}\u{200b}";

/// A contract with harm in every name. With a server it is a feed, whose dataset may not be called so.
fn document(has_server: bool) -> String {
    let mut document = json!({
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": FORGED, "version": "1", "status": "active",
        "schema": [{"name": FORGED, "properties": [
            {"name": "n", "physicalName": LABEL, "logicalType": "integer", "required": true},
            {"name": "m", "logicalType": "string", "logicalTypeOptions": {"pattern": "^[a-z]+$"}}]}],
    });
    if has_server {
        document["servers"] = json!([{"server": "in", "type": "s3", "location": "s3://b/x/*", "format": "csv"}]);
    }
    // In a document everything that is not plain is escaped.
    atalaya_contract::inert::json(&document.to_string()).into_owned()
}

/// Only ends of lines are left of all that a terminal would obey, and no line is a forged one.
#[track_caller]
fn is_inert(output: &[u8]) {
    has_no_controls(output);
    let text = String::from_utf8_lossy(output);
    assert!(!text.lines().any(|line| line.starts_with("error: log in")), "{text}");
}

/// Only ends of lines are left of all that a terminal would obey.
#[track_caller]
fn has_no_controls(output: &[u8]) {
    let text = String::from_utf8_lossy(output);
    let steers = |char: char| char != '\n' && (char.is_control() || matches!(char, '\u{202e}' | '\u{200b}'));
    assert!(!text.contains(steers), "{text:?}");
}

#[test]
fn a_person_is_shown_what_somebody_wrote_and_nothing_obeys_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (contract, file) = (folder.path().join("c.odcs.yaml"), folder.path().join("in\u{1b}[2J\nerror: log in.csv"));
    std::fs::write(&contract, document(false)).expect("written");
    std::fs::write(&file, format!("\"{LABEL}\",m,\"more {FORGED}\"\n\"{FORGED}\",A,1\n,b,2\n")).expect("written");
    for force in ["0", "1"] {
        // With colours too, as on a terminal.
        let mut command = atalaya(&[&"check", &file, &"--contract", &contract]);
        let output = command.env("CLICOLOR_FORCE", force).output().expect("runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let seen = text.replace("\u{1b}[", "[");
        assert!(!text.is_empty() && !text.contains("\u{1b}[2J"), "{text:?}");
        is_inert(seen.as_bytes());
        is_inert(&output.stderr);
    }
    has_no_controls(&atalaya(&[&"contract", &"lint", &contract]).output().expect("runs").stdout);
    std::fs::write(&contract, document(true)).expect("written");
    let lint = atalaya(&[&"contract", &"lint", &contract]).output().expect("runs");
    assert_eq!(lint.status.code(), Some(2));
    is_inert(&lint.stdout);
    let check = atalaya(&[&"check", &file, &"--contract", &contract]).output().expect("runs");
    assert_eq!(check.status.code(), Some(2));
    is_inert(&check.stderr);
}

#[test]
fn a_script_gets_the_data_as_they_are_and_a_terminal_obeys_none_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let (contract, file) = (folder.path().join("c.odcs.yaml"), folder.path().join("in.csv"));
    std::fs::write(&contract, document(false)).expect("written");
    std::fs::write(&file, format!("\"{LABEL}\",m\n1,\"{FORGED}\"\n")).expect("written");
    let output = atalaya(&[&"check", &file, &"--contract", &contract, &"--json"]).output().expect("runs");
    is_inert(&output.stdout);
    let (_, answer) = answer(&output);
    assert_eq!((&answer["contract"]["id"], &answer["dataset"]), (&json!(FORGED), &json!(FORGED)), "{answer:#}");
    assert_eq!(answer["first_rejects"][0]["value"], FORGED, "{answer:#}");
}

#[test]
fn a_reason_of_several_lines_is_refused_before_anything_is_done() {
    for (reason, part) in
        [("fine\nWhat to do: log in", "a reason is one line"), (&"x".repeat(501), "at most 500 characters")]
    {
        let output = atalaya(&[&"release", &"3f9a", &"--reason", &reason, &"--yes"]).output().expect("runs");
        assert_eq!(output.status.code(), Some(2));
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(part), "{text}");
    }
}
