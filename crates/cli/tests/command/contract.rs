//! The contracts of a stack: what the commands say when the command line is wrong, or nobody answers; and comparisons of
//! files, which need no stack.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::{answer, atalaya, contract};

/// A port on which nobody listens: it was free a moment ago.
fn nobody() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    format!("http://{free}")
}

/// A contract of the demo with parts of it replaced.
fn changed(folder: &Path, name: &str, changes: &[(&str, &str)]) -> PathBuf {
    let mut text = std::fs::read_to_string(contract(name)).expect("is there");
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let path = folder.join(format!("{name}.odcs.yaml"));
    std::fs::write(&path, text).expect("written");
    path
}

#[test]
fn what_cannot_be_reached_is_not_changed_and_is_exit_code_3() {
    let orders = contract("orders").display().to_string();
    for arguments in [
        &["publish", orders.as_str()][..],
        &["publish", &orders, "--dry-run"],
        &["list"],
        &["show", "acme-orders"],
        &["history", "acme-orders"],
        &["diff", "acme-orders@1.3.0", &orders],
        &["withdraw", "acme-orders", "--reason", "a test", "--yes"],
    ] {
        let mut command = atalaya(&[&"contract"]);
        command.args(arguments).args(["--json", "--region", "us-east-1", "--endpoint-url", &nobody()]);
        command.envs([("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_MAX_ATTEMPTS", "1")]);
        let (code, answer) = answer(&command.output().expect("runs"));
        assert_eq!((code, &answer["error"]["kind"]), (3, &Value::from("unreachable")), "{arguments:?} {answer:#}");
        assert!(answer["error"]["hint"].is_string(), "{answer:#}");
    }
}

#[test]
fn a_command_line_that_leaves_open_what_is_meant_is_exit_code_2() {
    for (arguments, part) in [
        (&["publish"][..], "<FILES>"),
        (&["show"], "<ID>"),
        (&["history"], "<ID>"),
        (&["diff", "acme-orders"], "<NEW>"),
        (&["withdraw", "acme-orders"], "--reason"),
        (&["withdraw", "--reason", "a test"], "<ID>"),
    ] {
        let output = atalaya(&[&"contract"]).args(arguments).output().expect("runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(part), "{arguments:?}: `{part}` is missing:\n{text}");
    }
    let withdrawal = ["withdraw", "acme-orders", "--reason", " ", "--json"];
    let (code, answer) = answer(&atalaya(&[&"contract"]).args(withdrawal).output().expect("runs"));
    assert_eq!((code, &answer["error"]["kind"]), (2, &Value::from("usage")), "{answer:#}");
}

#[test]
fn a_contract_with_faults_is_refused_before_anybody_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = changed(folder.path(), "planes", &[("logicalType: integer", "logicalType: whole")]);
    let (code, answer) = answer(&atalaya(&[&"contract", &"publish", &path, &"--json"]).output().expect("runs"));
    assert_eq!((code, &answer["error"]["kind"]), (2, &Value::from("contract")), "{answer:#}");
}

#[test]
fn files_are_compared_without_a_stack() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = contract("orders");
    let breaking = [("version: 1.4.0", "version: 2.0.0"), ("maximum: 999}", "maximum: 99}")];
    let new = changed(folder.path(), "orders", &breaking);
    let output = atalaya(&[&"contract", &"diff", &old, &new]).output().expect("runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let expected = "\
acme-orders 1.4.0 → 2.0.0
  breaks senders
    orders.line: maximum 999 → 99
✗ 1 change, of which 1 breaks senders
";
    assert_eq!((output.status.code(), text.as_ref()), (Some(1), expected));

    let (code, compared) = answer(&atalaya(&[&"contract", &"diff", &new, &old, &"--json"]).output().expect("runs"));
    assert_eq!((code, &compared["breaking"]), (0, &Value::from(false)), "{compared:#}");
    let change = &compared["changes"][0];
    assert_eq!((&change["senders"], &change["readers"]), (&"none".into(), &"notice".into()), "{compared:#}");
    let output = atalaya(&[&"contract", &"diff", &old, &old]).output().expect("runs");
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("nothing that is enforced differs"));
}

#[test]
fn the_help_teaches_with_examples() {
    for (command, example) in [
        ("publish", "atalaya contract publish contracts/*.odcs.yaml --dry-run"),
        ("list", "atalaya contract list"),
        ("show", "atalaya contract show acme-orders --version 1.3.0 > orders.odcs.yaml"),
        ("history", "atalaya contract history acme-orders"),
        ("diff", "atalaya contract diff acme-orders@1.3.0 acme-orders"),
        ("withdraw", "atalaya contract withdraw acme-orders --reason"),
    ] {
        let output = atalaya(&[&"contract", &command, &"--help"]).output().expect("runs");
        let text = String::from_utf8_lossy(&output.stdout);
        for part in ["Examples:", "Exit codes:", example] {
            assert!(text.contains(part), "`{part}` is missing:\n{text}");
        }
        let after = text.split_once("Examples:").map_or("", |(_, after)| after);
        assert!(after.lines().all(|line| line.chars().count() <= 82), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}

#[test]
fn a_file_whose_name_would_be_an_id_is_not_taken_for_one() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy(contract("orders"), folder.path().join("old.txt")).expect("copied");
    let diff = |old: &str| {
        let mut command = atalaya(&[&"contract", &"diff", &old, &contract("orders"), &"--json"]);
        answer(&command.current_dir(folder.path()).output().expect("runs"))
    };
    let (code, refused) = diff("old.txt");
    assert_eq!((code, &refused["error"]["kind"]), (2, &Value::from("usage")), "{refused:#}");
    assert!(refused["error"]["hint"].as_str().is_some_and(|hint| hint.contains("./old.txt")), "{refused:#}");
    let (code, same) = diff("./old.txt");
    assert_eq!((code, &same["breaking"]), (0, &Value::Bool(false)), "{same:#}");
}
