//! Commands that ask a deployment's CloudWatch: what they say when the command line is wrong, or nobody answers.

use serde_json::Value;

use crate::harness::{answer, atalaya};

/// A port on which nobody listens: it was free a moment ago.
fn nobody() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    format!("http://{free}")
}

/// Runs a command against nobody.
fn unanswered(arguments: &[&str]) -> (i32, Value) {
    let mut command = atalaya(&[]);
    command.args(arguments).args(["--json", "--region", "us-east-1", "--endpoint-url", &nobody()]);
    command.envs([("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_MAX_ATTEMPTS", "1")]);
    answer(&command.output().expect("runs"))
}

#[test]
fn a_cloudwatch_that_does_not_answer_is_exit_code_3() {
    for arguments in [
        &["alarms", "list"][..],
        &["alarms", "explain", "FilesFailed"],
        &["metrics"],
        &["metrics", "A"],
        &["dashboard", "list"],
        &["dashboard", "render", "overview"],
    ] {
        let (code, answer) = unanswered(arguments);
        assert_eq!((code, &answer["error"]["kind"]), (3, &Value::from("unreachable")), "{arguments:?} {answer:#}");
        let message = answer["error"]["message"].as_str().expect("a sentence");
        let call = &answer["error"]["details"];
        let operation = call["operation"].as_str().expect("which call it was");
        assert!(message.starts_with(operation) && answer["error"]["hint"].is_string(), "{answer:#}");
        assert_eq!((&call["service"], &call["retryable"]), (&"cloudwatch".into(), &true.into()), "{answer:#}");
    }
}

#[test]
fn a_statistic_or_a_time_that_is_none_is_exit_code_2() {
    let (code, answer) = unanswered(&["metrics", "--stat", "p95th"]);
    assert_eq!((code, &answer["error"]["kind"]), (2, &Value::from("usage")), "{answer:#}");
    assert!(answer["error"]["message"].to_string().contains("`p95th` is no statistic"), "{answer:#}");
    for (arguments, part) in [
        (&["metrics", "--since", "yesterday"][..], "as in 90m, 3h or 7d"),
        (&["metrics", "--dimension", "Stage"], "write it as NAME=VALUE"),
        (&["metrics", "--all", "--namespace", "A"], "cannot be used with"),
        (&["alarms", "explain"], "<NAME>"),
    ] {
        let output = atalaya(&[]).args(arguments).output().expect("runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(part), "`{part}` is missing:\n{text}");
    }
}

#[test]
fn the_help_teaches_with_examples() {
    for (arguments, example) in [
        (&["alarms", "explain"][..], "atalaya alarms explain FilesFailed"),
        (&["metrics"], "atalaya metrics --namespace AWS/Lambda"),
        (&["dashboard", "render"], "atalaya dashboard render overview --out overview.png"),
    ] {
        let output = atalaya(&[]).args(arguments).arg("--help").output().expect("runs");
        let text = String::from_utf8_lossy(&output.stdout);
        for part in ["Examples:", "Exit codes:", example] {
            assert!(text.contains(part), "`{part}` is missing:\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}
