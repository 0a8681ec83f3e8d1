//! `dashboard render` of the project's own template, without AWS.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::{answer, atalaya};

/// Three hours: a burst of files in the middle, and a failed one near the end.
const SERIES: &str = "\
# what a demo could have left behind
Atalaya FilesReceived: 3x90 43 3x89
Atalaya FilesAvailable: 3x90 42 3x89
Atalaya FilesAvailable {Dataset=orders}: 1x90 20 1x89
Atalaya FilesOnTime: 1@3x90 1@43 1@3x89
Atalaya FileLatency: 400+2x90 [900 1500@40] 450x89
Atalaya FilesFailed: _x178 2 _
'AWS/SQS ApproximateAgeOfOldestMessage {QueueName=${PipelineStack}-intake}': 0x90 12 0x89
";

fn template() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dashboards/template.yaml")
}

/// Renders a dashboard of the template with these series; more arguments follow.
fn render(name: &str, series: &str, more: &[&str]) -> (i32, Value) {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), series).expect("written");
    let mut command = atalaya(&[&"dashboard", &"render", &name, &"--template", &template(), &"--series", &file.path()]);
    answer(&command.args(["--json", "--end", "2026-01-05T09:00:00Z"]).args(more).output().expect("runs"))
}

#[test]
fn every_dashboard_is_drawn_before_it_is_deployed() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["overview", "feeds", "operations", "cost"] {
        let (svg, png) = (folder.path().join(format!("{name}.svg")), folder.path().join(format!("{name}.png")));
        let (code, answer) = render(name, SERIES, &["--out", svg.to_str().expect("is text")]);
        assert_eq!((code, &answer["dashboard"]), (0, &Value::from(format!("atalaya-{name}"))), "{answer:#}");
        let panels = answer["panels"].as_array().expect("panels");
        assert!(panels.len() > 5, "{panels:#?}");
        let drawn = std::fs::read_to_string(svg).expect("is there");
        assert!(drawn.starts_with("<svg") && drawn.contains(&format!("atalaya-{name}")), "{name}");
        let (code, _) =
            render(name, SERIES, &["--theme", "dark", "--width", "400", "--out", png.to_str().expect("text")]);
        let bytes = std::fs::read(png).expect("is there");
        assert_eq!((code, &bytes[..8]), (0, b"\x89PNG\r\n\x1a\n".as_slice()), "{name}");
        assert_eq!(&bytes[16..20], 400_u32.to_be_bytes(), "as wide as asked for");
    }
}

#[test]
fn the_alarms_of_the_project_judge_the_series() {
    let state = |series: &str| {
        let (code, answer) = render("overview", series, &[]);
        assert_eq!(code, 0, "{answer:#}");
        let panels = answer["panels"].as_array().expect("panels").iter();
        let mut alarms = panels.filter_map(|panel| panel["alarms"].as_array()).flatten();
        let failed = alarms.find(|alarm| alarm["name"] == "atalaya-FilesFailed").expect("it stands there");
        failed["state"].as_str().expect("a state").to_owned()
    };
    assert_eq!(state(SERIES), "ALARM");
    assert_eq!(state(&SERIES.replace("FilesFailed: _x178 2 _", "FilesFailed: _x180")), "OK");
}

#[test]
fn the_text_tells_titles_figures_and_states() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), SERIES).expect("written");
    let mut command = atalaya(&[&"dashboard", &"render", &"overview", &"--template", &template()]);
    let output = command.arg("--series").arg(file.path()).output().expect("runs");
    let text = String::from_utf8(output.stdout).expect("is text");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for part in ["atalaya-overview", "the last 3 hours", "✗ ALARM", "atalaya-FilesFailed", "FilesFailed.md", "newest"]
    {
        assert!(text.contains(part), "`{part}` is missing:\n{text}");
    }
    assert!(!text.contains('\u{1b}') && !text.contains('█'), "plain where no terminal is:\n{text}");
}

#[test]
fn a_template_without_data_is_drawn_with_the_reason() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    let mut command = atalaya(&[&"dashboard", &"render", &"overview", &"--template", &template(), &"--json"]);
    command.args(["--region", "us-east-1", "--endpoint-url", &format!("http://{free}")]);
    command.envs([("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_MAX_ATTEMPTS", "1")]);
    let output = command.output().expect("runs");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--series FILE"), "what to do is told");
    let (code, answer) = answer(&output);
    assert_eq!(code, 0, "{answer:#}");
    let panels = answer["panels"].as_array().expect("panels");
    let told = panels.iter().filter(|panel| panel["remarks"].to_string().contains("no data: ListDashboards"));
    assert!(told.count() > 3, "{panels:#?}");
}

#[test]
fn a_variable_is_chosen_and_an_unknown_one_refused() {
    let (code, answer) = render("feeds", SERIES, &["--dataset", "orders"]);
    assert_eq!((code, &answer["variables"]["dataset"]), (0, &Value::from("orders")), "{answer:#}");
    let shown = answer["panels"].to_string();
    assert!(shown.contains("20.0"), "the burst of this feed: {shown}");
    let (code, answer) = render("feeds", SERIES, &["--var", "dataseet=orders"]);
    assert_eq!(code, 2, "{answer:#}");
    assert!(answer["error"]["message"].to_string().contains("did you mean `dataset`"), "{answer:#}");
}

#[test]
fn what_is_wrong_is_told_with_its_exit_code() {
    let (code, answer) = render("overvew", SERIES, &[]);
    assert_eq!((code, &answer["error"]["hint"]), (1, &Value::from("did you mean `overview`?")), "{answer:#}");
    let (code, answer) = render("overview", "Atalaya FilesFailed: 1 x\nAtalaya\n", &[]);
    assert_eq!(code, 2, "{answer:#}");
    let message = answer["error"]["message"].as_str().expect("a sentence");
    assert!(message.contains(":1: `x`") && message.contains(":2: there is no"), "{message}");
    let (code, answer) = render("overview", SERIES, &["--out", "overview.jpeg"]);
    assert_eq!((code, &answer["error"]["kind"]), (2, &Value::from("usage")), "{answer:#}");
    let (code, answer) = render("overview", SERIES, &["--parameter", "SloPercent=7"]);
    assert_eq!((code, &answer["error"]["kind"]), (2, &Value::from("template")), "{answer:#}");
    let mut command = atalaya(&[&"dashboard", &"render", &"a", &"--template", &"missing.yaml", &"--json"]);
    let (code, missing) = self::answer(&command.args(["--series", "missing"]).output().expect("runs"));
    assert_eq!((code, &missing["error"]["kind"]), (3, &Value::from("unreadable")), "{missing:#}");
    let mut command = atalaya(&[&"dashboard", &"render", &"a", &"--series", &"x", &"--json"]);
    let (code, usage) = self::answer(&command.output().expect("runs"));
    assert_eq!((code, &usage["error"]["kind"]), (2, &Value::from("usage")), "{usage:#}");
}
