//! The command as its users run it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const TEMPLATE: &str = r#"
Resources:
  Board:
    Type: AWS::CloudWatch::Dashboard
    Properties:
      DashboardName: !Sub ${AWS::StackName}-jobs
      DashboardBody: '{"widgets": [{"type": "metric", "properties": {"title": "Age", "region": "us-east-1",
        "stat": "Maximum", "metrics": [["Acme", "Age"]]}}]}'
"#;

fn run(arguments: &[&dyn AsRef<std::ffi::OsStr>]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cloudwatch-offline")).args(arguments).output().expect("the command runs")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

#[test]
fn alarms_of_a_template_are_tested() {
    let (template, tests) = (examples().join("web-service.yaml"), examples().join("web-service-tests"));
    let output = run(&[&"test", &template, &"--tests", &tests, &"--json"]);
    assert_eq!((output.status.code(), &json(&output)["passed"]), (Some(0), &Value::Bool(true)), "{output:?}");
}

#[test]
fn a_dashboard_of_a_template_is_shown_and_drawn() {
    let folder = tempfile::tempdir().expect("a folder");
    let [template, series, picture] = ["t.yaml", "s.series", "jobs.svg"].map(|name| folder.path().join(name));
    std::fs::write(&template, TEMPLATE).expect("written");
    std::fs::write(&series, "Acme Age: 7x60\n").expect("written");
    let shown = run(&[&"render", &template, &"jobs", &"--series", &series, &"--json"]);
    let points = &json(&shown)["panels"][0]["graph"]["series"][0]["points"];
    assert_eq!((shown.status.code(), &points[0][1]), (Some(0), &Value::from(7.0)), "{shown:?}");
    let drawn = run(&[&"render", &template, &"stack-jobs", &"--series", &series, &"--out", &picture]);
    assert_eq!(drawn.status.code(), Some(0), "{drawn:?}");
    assert!(std::fs::read_to_string(&picture).expect("a picture").starts_with("<svg"));
    let missing = run(&[&"render", &template, &"jbos", &"--series", &series]);
    assert_eq!(missing.status.code(), Some(1), "{missing:?}");
}
