//! Operator commands: what they say when the command line is wrong, or nobody answers.

use serde_json::Value;

use crate::harness::{answer, atalaya};

const ID: &str = "3f9a0000000000000000000000000001";

/// A port on which nobody listens: it was free a moment ago.
fn nobody() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    format!("http://{free}")
}

#[test]
fn what_cannot_be_reached_is_not_changed_and_is_exit_code_3() {
    for arguments in [
        &["redrive", "--failed", "--yes"][..],
        &["redrive", ID, "--dry-run"],
        &["replay", ID, "--contract", "1.2.0"],
        &["release", ID, "--reason", "agreed"],
        &["discard", ID, "--reason", "agreed", "--yes"],
        &["pause", "--dataset", "orders"],
        &["resume", "--yes"],
        &["dlq", "list"],
        &["dlq", "show", "notify", "--full"],
        &["dlq", "redrive", "intake", "--yes"],
        &["dlq", "drop", "page", "--unreadable", "--reason", "a test"],
        &["audit"],
    ] {
        let mut command = atalaya(&[]);
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
        (&["redrive"][..], "<ID>"),
        (&["redrive", ID, "--failed"], "cannot be used with"),
        (&["redrive", ID, "--unroutable"], "cannot be used with"),
        (&["redrive", "--failed", "--unroutable"], "cannot be used with"),
        (&["redrive", ID, "--dataset", "orders"], "cannot be used with"),
        (&["redrive", "--dataset", "orders"], "<ID>"),
        (&["redrive", "--failed", "--since", "yesterday"], "as in 90m, 3h or 7d"),
        (&["replay"], "<ID>"),
        (&["release", ID], "--reason"),
        (&["discard", ID], "--reason"),
        (&["dlq", "show", "inbox"], "possible values: intake, notify, page"),
        (&["dlq", "drop", "intake", "--reason", "a test"], "<ID>"),
        (&["dlq", "drop", "intake", "--all"], "--reason"),
        (&["dlq", "drop", "intake", "m1", "--all", "--reason", "a test"], "cannot be used with"),
    ] {
        let output = atalaya(&[]).args(arguments).output().expect("runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(part), "{arguments:?}: `{part}` is missing:\n{text}");
    }
}

#[test]
fn a_reason_is_words() {
    for arguments in [&["discard", ID, "--reason", " "][..], &["dlq", "drop", "intake", "--all", "--reason", ""]] {
        let (code, answer) = answer(&atalaya(&[]).args(arguments).arg("--json").output().expect("runs"));
        assert_eq!((code, &answer["error"]["kind"]), (2, &Value::from("usage")), "{arguments:?} {answer:#}");
    }
}

#[test]
fn the_help_teaches_with_examples() {
    for (arguments, example) in [
        (&["redrive"][..], "atalaya redrive --failed --dry-run"),
        (&["replay"], "atalaya replay 3f9a --rejects-only --wait"),
        (&["release"], "atalaya release 3f9a --reason"),
        (&["pause"], "atalaya files --status received"),
        (&["dlq", "drop"], "atalaya dlq drop intake --unreadable"),
        (&["audit"], "atalaya audit --limit 100"),
        (&["alarms"], "atalaya alarms explain FilesFailed"),
        (&["contract"], "atalaya contract lint flights.odcs.yaml"),
        (&["contract", "lint"], "atalaya contract lint flights.odcs.yaml"),
        (&["dashboard"], "atalaya dashboard render overview"),
        (&["dlq"], "atalaya dlq show intake"),
        (&["local"], "atalaya local up"),
    ] {
        let output = atalaya(&[]).args(arguments).arg("--help").output().expect("runs");
        let text = String::from_utf8_lossy(&output.stdout);
        for part in ["Example", example] {
            assert!(text.contains(part), "`{part}` is missing:\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}
