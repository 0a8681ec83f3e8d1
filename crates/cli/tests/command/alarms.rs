//! `alarms test`, on a template that is not Atalaya's.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::{answer, atalaya};

/// The template of a web service, and its tests.
fn web_service() -> (PathBuf, PathBuf) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cloudwatch/examples");
    (fixtures.join("web-service.yaml"), fixtures.join("web-service-tests"))
}

/// Runs `alarms test --json` on the web service with these tests.
fn test(tests: &Path, more: &[&str]) -> (i32, Value) {
    let mut command = atalaya(&[&"alarms", &"test", &web_service().0, &"--tests", &tests, &"--json"]);
    answer(&command.args(more).output().expect("runs"))
}

/// A folder with the web service's context and this test file.
fn folder_with(name: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy(web_service().1.join("context.yaml"), folder.path().join("context.yaml")).expect("copied");
    std::fs::write(folder.path().join(name), text).expect("written");
    folder
}

const WRONG: &str = "\
alarm: JobsFailed
cases:
  - name: one job in the dead-letter queue
    series:
      AWS/SQS ApproximateNumberOfMessagesVisible {QueueName=shop-jobs-dlq}: 0x5 1 0x5
    expect: { 5m: OK, 6m: OK }
";

#[test]
fn tests_that_pass_are_exit_code_0_and_every_change_is_noticed() {
    let (code, answer) = test(&web_service().1, &["--mutants"]);
    assert_eq!((code, &answer["passed"], &answer["failed"]), (0, &Value::Bool(true), &Value::from(0)), "{answer:#}");
    let mutants = answer["mutants"].as_array().expect("a list");
    assert!(mutants.len() >= 15 && mutants.iter().all(|alarm| alarm["killed"][0].as_u64() >= Some(10)), "{mutants:#?}");
}

#[test]
fn a_failed_case_is_exit_code_1_and_told_with_its_minutes() {
    let folder = folder_with("JobsFailed.yaml", WRONG);
    let (code, answer) = test(folder.path(), &[]);
    assert_eq!((code, &answer["failed"]), (1, &Value::from(1)), "{answer:#}");
    let case = &answer["alarms"][0]["cases"][0];
    assert_eq!(case["disagreements"][0]["at"], "6m");
    assert_eq!(case["disagreements"][0]["got"], "ALARM");
    assert!(answer["coverage"]["untested"].to_string().contains("ErrorRate"), "{answer:#}");

    let (template, _) = web_service();
    let output = atalaya(&[&"alarms", &"test", &template, &"--tests", &folder.path()]).output().expect("runs");
    let text = String::from_utf8(output.stdout).expect("is text");
    assert_eq!(output.status.code(), Some(1));
    for part in ["✗ JobsFailed", "1 of 1 case failed", "at 6m (line 6): state is ALARM, expected OK", "without a test"]
    {
        assert!(text.contains(part), "`{part}` is missing:\n{text}");
    }
    let own = text.lines().filter(|line| !line.contains("JobsFailed.yaml:"));
    assert!(own.clone().all(|line| line.chars().count() <= 80), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours where no terminal is:\n{text}");
}

#[test]
fn alarms_without_tests_fail_unless_they_are_allowed() {
    let folder = folder_with("JobsFailed.yaml", &WRONG.replace("6m: OK", "6m: ALARM"));
    assert_eq!(test(folder.path(), &[]).0, 1);
    assert_eq!(test(folder.path(), &["--allow-untested"]).0, 0);
    assert_eq!(test(folder.path(), &["--only", "JobsFailed"]).0, 0);
    let (code, answer) = test(folder.path(), &["--only", "JobsFaild"]);
    assert_eq!(code, 2);
    assert!(answer["error"]["message"].to_string().contains("did you mean `JobsFailed`"), "{answer:#}");
}

#[test]
fn changes_that_no_test_notices_are_exit_code_1() {
    let both = "alarm: JobsFailed\ncases: [{name: a, series: {'AWS/SQS ApproximateNumberOfMessagesVisible \
                {QueueName=shop-jobs-dlq}': 0x5 9}, expect: {5m: OK, 6m: ALARM}}]";
    let folder = folder_with("JobsFailed.yaml", both);
    let (code, answer) = test(folder.path(), &["--only", "JobsFailed", "--mutants"]);
    assert_eq!(code, 1, "{answer:#}");
    let survivors = answer["mutants"][0]["survivors"].as_array().expect("a list");
    let of = |field: &str| survivors.iter().filter(|survivor| survivor["field"] == field).count();
    assert_eq!((of("Threshold"), of("TreatMissingData")), (1, 3), "{survivors:#?}");
}

#[test]
fn a_wrong_template_or_test_is_exit_code_2_with_its_place() {
    let folder =
        folder_with("JobsFailed.yaml", &WRONG.replace("5m: OK", "5m: OKAY").replace("shop-jobs-dlq", "jobs-dlq"));
    let (code, answer) = test(folder.path(), &[]);
    assert_eq!(code, 2, "{answer:#}");
    let details = answer["error"]["details"].as_array().expect("faults");
    let lines: Vec<_> = details.iter().map(|fault| fault["line"].as_u64()).collect();
    assert_eq!(lines, [Some(5), Some(6)], "{details:#?}");
    let (_, tests) = web_service();
    let wrong = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../cloudwatch/template/tests/fixtures/web-service-unsupported.yaml");
    let mut command = atalaya(&[&"alarms", &"test", &wrong, &"--tests", &tests, &"--json"]);
    let (code, answer) = self::answer(&command.output().expect("runs"));
    assert_eq!(code, 2, "{answer:#}");
    let faults = answer["error"]["details"].as_array().expect("faults");
    assert!(faults.iter().all(|fault| fault["line"].as_u64() > Some(1)), "{faults:#?}");
}

#[test]
fn what_is_not_there_is_exit_code_3() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, answer) = test(&folder.path().join("none"), &[]);
    assert_eq!((code, &answer["error"]["kind"]), (3, &Value::from("unreadable")), "{answer:#}");
    let mut command = atalaya(&[&"alarms", &"test", &"--json"]);
    let (code, answer) = self::answer(&command.current_dir(folder.path()).output().expect("runs"));
    assert_eq!((code, &answer["error"]["kind"]), (2, &Value::from("usage")), "{answer:#}");
}
