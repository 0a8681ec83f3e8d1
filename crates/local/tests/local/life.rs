//! The life of a local AWS, with stand-ins for the functions: how it is found, heard, stopped, and ended by force.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use atalaya_cloud::{Notice as Told, SnsTopic, Topic};
use atalaya_local::{LocalAws, LocalError, StartOptions, down, running, silent};

use crate::project::{last_call, project, until, upload};

/// Set for the process that is to be killed.
const VICTIM: &str = "ATALAYA_TEST_VICTIM";

/// What the stand-in of the intake was last called with.
fn arrival(local: &LocalAws) -> Option<serde_json::Value> {
    let call = last_call(local, "intake")?;
    let body = call["Records"][0]["body"].as_str().expect("a body");
    Some(serde_json::from_str(body).expect("an event"))
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_found_heard_and_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = StartOptions { advertise: true, ..project(folder.path()) };
    let local = LocalAws::start(options.clone(), silent()).await.expect("it starts");

    // Another terminal finds it, and cannot start a second one.
    let found = running(folder.path()).await.expect("readable").expect("it runs");
    assert_eq!((found.endpoint.as_str(), &found.outputs), (local.endpoint(), local.outputs()));
    assert_eq!(found.cloudwatch_endpoint, local.cloudwatch_endpoint());
    assert_eq!(found.console_url, local.console_url());
    let mode = fs::metadata(folder.path().join(".atalaya/local.json")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o077, 0, "the file holds a secret");
    let second = LocalAws::start(options, silent()).await;
    assert!(matches!(second, Err(LocalError::AlreadyRunning { pid, .. }) if pid == std::process::id()));

    an_upload_reaches_the_intake_with_its_version(&local).await;
    a_killed_function_is_replaced(&local).await;
    a_user_hears_what_the_filter_lets_through(&local).await;
    assert_eq!(found.notices().await.expect("it answers").len(), 3, "another terminal sees the notices");

    // Another terminal stops it.
    let run = local.log_file().parent().expect("a folder").to_owned();
    let owner = async {
        local.stop_requested().await;
        local.stop().await.expect("it stops");
    };
    let (_, told) = tokio::join!(owner, down(folder.path(), Duration::from_secs(30)));
    assert_eq!(told.expect("it stops").map(|told| told.pid), Some(std::process::id()));
    assert!(!run.exists(), "the folder of the run is gone");
    assert_eq!(running(folder.path()).await.expect("readable"), None);
}

async fn an_upload_reaches_the_intake_with_its_version(local: &LocalAws) {
    let version = upload(local, "a file.csv", "a\n1\n").await;
    let event = until("the intake is called", || arrival(local)).await;
    assert_eq!(event["detail-type"], "Object Created");
    assert_eq!(event["detail"]["object"]["key"], "a file.csv");
    assert_eq!(event["detail"]["object"]["version-id"], version);
}

async fn a_killed_function_is_replaced(local: &LocalAws) {
    let killed = local.kill_function("intake").expect("Linux");
    assert!(!killed.is_empty());
    upload(local, "again.csv", "a\n1\n").await;
    until("the intake is called again", || {
        arrival(local).filter(|event| event["detail"]["object"]["key"] == "again.csv")
    })
    .await;
    let now = local.function_processes("intake").expect("Linux");
    assert!(!now.is_empty() && now.iter().all(|pid| !killed.contains(pid)), "{killed:?} {now:?}");
    assert!(matches!(local.kill_function("intruder"), Err(LocalError::NoFunction(_))));
}

async fn a_user_hears_what_the_filter_lets_through(local: &LocalAws) {
    local.subscribe("all", None).await.expect("subscribed");
    local.subscribe("flights", Some(serde_json::json!({"dataset": ["flights"]}))).await.expect("subscribed");
    assert!(matches!(local.subscribe("a/b", None).await, Err(LocalError::UserName(_))));
    let topic = SnsTopic::new(local.sdk_config(), &local.outputs().data_users_topic_arn);
    for dataset in ["flights", "planes"] {
        let machine = serde_json::json!({"subject": "s", "text": "t", "event": {"event_id": dataset}});
        let told = Told {
            subject: "s".to_owned(),
            default: "t".to_owned(),
            protocols: [("http", machine.to_string())].into(),
            attributes: [("dataset", dataset.to_owned())].into(),
        };
        topic.publish(&told).await.expect("published");
    }
    let notices = local.wait_for_notices(Duration::from_secs(30), |all| all.len() == 3).await.expect("all arrive");
    let mut heard: Vec<_> =
        notices.iter().map(|notice| (notice.user.as_str(), &notice.attributes["dataset"])).collect();
    heard.sort_unstable();
    assert_eq!(heard, [("all", &"flights".into()), ("all", &"planes".into()), ("flights", &"flights".into())]);
    assert!(notices.iter().all(|notice| notice.event.is_some() && notice.text == "t"));
    assert!(notices.iter().all(|notice| notice.topic == "atalaya-data-users"));
}

/// Not a test of its own: the process that the next test kills.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by everything_ends_with_a_killed_parent"]
async fn victim() {
    let Some(folder) = std::env::var_os(VICTIM) else { return };
    let local = LocalAws::start(project(Path::new(&folder)), silent()).await.expect("it starts");
    upload(&local, "a.csv", "a\n1\n").await;
    let functions = until("the intake runs", || {
        Some(local.function_processes("intake").expect("Linux")).filter(|pids| !pids.is_empty())
    })
    .await;
    println!("group of {}", functions[0]);
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_ends_with_a_killed_parent() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut victim = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "life::victim", "--ignored", "--nocapture"])
        .env(VICTIM, folder.path())
        .env("ATALAYA_CALLS", folder.path().join("calls"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test starts");
    let lines = BufReader::new(victim.stdout.take().expect("piped")).lines();
    let function = tokio::task::spawn_blocking(move || {
        lines
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("group of ")?.1.parse::<u32>().expect("a pid")))
    });
    let function = function.await.expect("no panic").expect("the victim is up");
    let group = group_of(&PathBuf::from(format!("/proc/{function}"))).expect("it runs");
    assert!(members(group).len() >= 2, "the emulator and a function");
    victim.kill().expect("SIGKILL");
    victim.wait().expect("it is dead");
    until("all processes end", || members(group).is_empty().then_some(())).await;
    let runs = || fs::read_dir(folder.path().join(".atalaya")).map_or(0, Iterator::count);
    assert_eq!(runs(), 0, "the folder of the run is gone");
    uploads_are_on_record(&folder.path().join("calls"));
}

/// One line for the one upload to the inbox; the others tell of the deployment.
fn uploads_are_on_record(file: &Path) {
    let text = fs::read_to_string(file).expect("calls were recorded");
    let calls: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |service: &str| calls.iter().filter(|call| call["service"] == service).collect::<Vec<_>>();
    let uploads = of("s3")
        .into_iter()
        .filter(|call| call["method"] == "PUT" && call["path"].as_str().is_some_and(|p| p.ends_with("/a.csv")));
    assert!(uploads.map(|call| call["status"] == 200).eq([true]), "{text}");
    assert!(
        of("cloudformation")
            .iter()
            .any(|call| call["operation"] == "CreateChangeSet" || call["operation"] == "CreateStack"),
        "{text}"
    );
}

/// All processes of a group, except those that are dead and only wait to be counted.
fn members(group: u32) -> Vec<PathBuf> {
    let processes = fs::read_dir("/proc").expect("Linux").flatten().map(|entry| entry.path());
    processes.filter(|process| group_of(process) == Some(group)).collect()
}

fn group_of(process: &Path) -> Option<u32> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    (state != "Z").then(|| fields.nth(1)?.parse().ok())?
}
