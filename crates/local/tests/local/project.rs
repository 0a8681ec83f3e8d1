//! A project whose functions are stand-ins.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command, time::Duration};

use atalaya_cloud::{S3Objects, objects::WriteObjects};
use atalaya_local::{Functions, LocalAws, StartOptions};
use serde_json::Value;
use tokio::time::{Instant, sleep};

/// How long anything that is awaited may take.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// Answers every call like an intake that took all messages; one that holds the word `unanswerable` with an error.
/// Keeps the last call and its own environment in files named like itself, and writes down the EMF that a call asks for.
const STAND_IN: &str = r#"#!/usr/bin/env python3
import json, os, pathlib, re, time, urllib.error, urllib.request
api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/"
seen = pathlib.Path(os.environ["HOME"], os.environ["AWS_LAMBDA_FUNCTION_NAME"] + ".json")
seen.with_suffix(".env").write_text(json.dumps(dict(os.environ)))

def emf(namespace):
    metric = {"Namespace": namespace, "Dimensions": [["Who"]], "Metrics": [{"Name": "Calls", "Unit": "Count"}]}
    meta = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [metric]}
    print(json.dumps({"_aws": meta, "Who": os.environ["AWS_LAMBDA_FUNCTION_NAME"], "Calls": 3}), flush=True)

while True:
    call = urllib.request.urlopen(api + "next")
    body = call.read()
    part = seen.with_suffix(".part")
    part.write_bytes(body)
    part.rename(seen)
    for namespace in re.findall(rb"emf:(\S*?):", body):
        emf(namespace.decode())
    answer, kind = {"batchItemFailures": []}, "response"
    if b"unanswerable" in body:
        answer, kind = {"errorMessage": "no", "errorType": "Unanswerable"}, "error"
    url = api + call.headers["Lambda-Runtime-Aws-Request-Id"] + "/" + kind
    urllib.request.urlopen(urllib.request.Request(url, json.dumps(answer).encode())).read()
"#;

/// A project with this checkout's `infra/` and stand-ins for the functions; without alarms.
pub(crate) fn project(folder: &Path) -> StartOptions {
    let infra = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra");
    fs::create_dir(folder.join("infra")).expect("a folder");
    for entry in fs::read_dir(infra).expect("infra/") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), folder.join("infra").join(entry.file_name())).expect("a copy");
    }
    for name in atalaya_contract::FUNCTIONS {
        let bootstrap = folder.join("functions").join(name).join("bootstrap");
        fs::create_dir_all(bootstrap.parent().expect("a folder")).expect("a folder");
        fs::write(&bootstrap, STAND_IN).expect("written");
        fs::set_permissions(&bootstrap, fs::Permissions::from_mode(0o755)).expect("executable");
    }
    StartOptions { functions: Functions::Prebuilt(folder.join("functions")), ..StartOptions::new(folder) }
}

/// Looks again and again until there is something.
pub(crate) async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    until_async(what, async || look()).await
}

/// As [`until`], where looking is a call.
pub(crate) async fn until_async<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < end, "in vain: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Puts an object into the inbox; answers with its version.
pub(crate) async fn upload(local: &LocalAws, key: &str, text: &'static str) -> String {
    let objects = S3Objects::new(local.sdk_config());
    let bucket = &local.outputs().inbox_bucket;
    objects.put(bucket, key, "text/csv", text.into()).await.expect("uploaded").version_id
}

/// What a function's stand-in was last called with.
pub(crate) fn last_call(local: &LocalAws, function: &str) -> Option<Value> {
    let seen = local.log_file().with_file_name(format!("atalaya-{function}.json"));
    Some(serde_json::from_slice(&fs::read(seen).ok()?).expect("JSON"))
}

/// Runs the AWS CLI as a user of the local AWS would; answers with what it printed, or with its error's words.
pub(crate) async fn try_aws(local: &LocalAws, arguments: &[&str]) -> Result<Value, String> {
    let mut command = Command::new(local.aws_cli());
    command.args(arguments).args(["--output", "json"]).envs(local.environment());
    if !matches!(arguments[0], "cloudwatch" | "logs") {
        // For SQS it falls back to its old public endpoint when only the environment names one.
        command.args(["--endpoint-url", local.endpoint()]);
    }
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic").expect("it runs");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    Ok(if said.trim().is_empty() { Value::Null } else { serde_json::from_str(&said).expect("JSON") })
}

/// As [`try_aws`], where it has to work.
pub(crate) async fn aws(local: &LocalAws, arguments: &[&str]) -> Value {
    try_aws(local, arguments).await.unwrap_or_else(|error| panic!("aws {arguments:?}: {error}"))
}
