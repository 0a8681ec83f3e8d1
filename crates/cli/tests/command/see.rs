//! Commands for whoever is on call, without an AWS: what they still say, and how they say that nobody answers.

use serde_json::Value;

use crate::harness::{answer, atalaya};

/// Runs a command whose AWS is a port on which nobody listens.
fn alone(arguments: &[&str]) -> std::process::Output {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    let mut command = atalaya(&[]);
    command.args(arguments).args(["--region", "us-east-1", "--endpoint-url", &format!("http://{free}")]);
    command.envs([("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_MAX_ATTEMPTS", "1")]);
    command.output().expect("runs")
}

#[test]
fn a_runbook_is_shown_without_aws() {
    let output = alone(&["runbook", "atalaya-RejectRate-orders"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    for part in [
        "RejectRate-orders: ",
        "what is on is not known: DescribeAlarms",
        "not filled in, for you to replace: {file_id}",
        "\nMitigation\n",
        "    atalaya rejects {file_id}\n",
        // What the alarm's name says needs nobody's answer.
        "    atalaya files --dataset orders",
    ] {
        assert!(text.contains(part), "`{part}` is missing:\n{text}");
    }
    assert!(!text.contains('\x1b'), "no colours in a pipe:\n{text}");
}

#[test]
fn a_runbook_for_scripts_has_its_commands() {
    let (code, runbook) = answer(&alone(&["runbook", "FunctionErrors-process", "--json"]));
    assert_eq!(code, 0, "{runbook:#}");
    assert_eq!(runbook["values"]["function"], "process");
    let sections = runbook["sections"].as_array().expect("sections");
    assert_eq!(sections.len(), 6);
    let parts = sections.iter().flat_map(|section| section["parts"].as_array().expect("parts"));
    let commands: Vec<_> = parts.filter_map(|part| part["command"]["text"].as_str()).collect();
    assert!(commands.len() > 2, "{runbook:#}");
    assert!(commands.iter().all(|command| !command.contains("{function}")), "{commands:?}");
}

#[test]
fn the_index_lists_every_page_and_says_what_it_does_not_know() {
    let (code, index) = answer(&alone(&["runbook", "--json"]));
    assert_eq!(code, 0, "{index:#}");
    let pages = index["runbooks"].as_array().expect("a list");
    assert!(pages.len() > 25 && pages.iter().all(|page| page["state"].is_null()), "{index:#}");
    assert!(index["unknown"].as_str().is_some_and(|why| why.starts_with("DescribeAlarms ")), "{index:#}");
    let severities: Vec<_> = pages.iter().map(|page| page["severity"].as_str()).collect();
    assert!(severities.is_sorted_by_key(|severity| *severity != Some("page")), "{severities:?}");
}

#[test]
fn a_page_that_is_not_there_is_exit_code_1() {
    let (code, refused) = answer(&alone(&["runbook", "FilesFailled", "--json"]));
    assert_eq!((code, &refused["error"]["kind"]), (1, &Value::from("not-found")), "{refused:#}");
    assert!(refused["error"]["hint"].as_str().is_some_and(|hint| hint.contains("`FilesFailed`")), "{refused:#}");
}

#[test]
fn an_aws_that_does_not_answer_is_exit_code_3() {
    for arguments in
        [&["status"][..], &["status", "--watch"], &["trace", "3f9a"], &["doctor"], &["doctor", "--fix", "--yes"]]
    {
        let (code, answer) = answer(&alone(&[arguments, &["--json"]].concat()));
        assert_eq!((code, &answer["error"]["kind"]), (3, &Value::from("unreachable")), "{arguments:?} {answer:#}");
        assert!(answer["error"]["hint"].is_string(), "{answer:#}");
    }
}

#[test]
fn the_help_teaches_with_examples() {
    for (command, example) in [
        ("status", "atalaya status --watch"),
        ("trace", "atalaya trace 3f9a"),
        ("doctor", "atalaya doctor --fix --yes"),
        ("runbook", "atalaya runbook FilesFailed"),
    ] {
        let output = atalaya(&[]).args([command, "--help"]).output().expect("runs");
        let text = String::from_utf8_lossy(&output.stdout);
        for part in ["Examples:", "Exit codes:", example] {
            assert!(text.contains(part), "`{part}` is missing:\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}
