//! What web pages of elsewhere can do to a local AWS that runs on the user's machine: nothing.

use std::{collections::BTreeMap, time::Duration};

use atalaya_local::{LocalAws, silent};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::project::{aws, last_call, project, try_aws, until, upload};

/// A page of somebody else.
const STRANGER: (&str, &str) = ("Origin", "https://stranger.example");
/// What a page sends without being asked first: no preflight goes before it.
const SIMPLE: (&str, &str) = ("Content-Type", "text/plain");
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
/// What a browser adds where a window goes to an address by a link of another site.
const LINK: [(&str, &str); 3] =
    [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")];
/// What it adds to an image of another site.
const IMAGE: [(&str, &str); 3] =
    [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")];

type Headers<'a> = [(&'a str, &'a str)];

#[derive(Debug)]
struct Answer {
    status: u16,
    /// By their names in lower case.
    headers: BTreeMap<String, String>,
    body: String,
}

impl Answer {
    /// Asserts that it was refused, and that no page may read it.
    fn is_refused(&self, what: &str) {
        assert!([403, 421].contains(&self.status), "{what}: {self:?}");
        assert!(!self.headers.contains_key("access-control-allow-origin"), "{what}: {self:?}");
    }
}

/// Sends a request as it is written here, as a browser does: no client adds or refuses a header.
async fn send(endpoint: &str, call: &str, headers: &Headers<'_>, body: &str) -> Answer {
    let address = endpoint.strip_prefix("http://").expect("http").split('/').next().expect("an address").to_owned();
    let mut request = format!("{call} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "Host") {
        request += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += "\r\n";
    request += body;
    let mut stream = TcpStream::connect(&address).await.expect("it listens");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    // A server that closes while it is written to may reset the connection behind its answer.
    let _ = timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.expect("in time");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{call}: {answer:?}"));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    Answer { status, headers, body: body.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_can_do_nothing_and_programs_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let local = LocalAws::start(project(folder.path()), silent()).await.expect("it starts");
    let local = &local;
    a_page_calls_and_creates_no_function(local).await;
    a_turned_name_is_refused_everywhere(local).await;
    every_listener_refuses_pages(local).await;
    a_preflight_promises_nothing(local).await;
    links_and_what_is_opened_by_hand_work(local).await;
    the_rules_of_a_bucket_open_that_bucket(local).await;
    the_rules_of_an_api_open_that_api(local).await;
    programs_get_no_word_for_browsers(local).await;
    a_function_takes_its_events_itself(local).await;
}

async fn a_page_calls_and_creates_no_function(local: &LocalAws) {
    let (endpoint, invoke) = (local.endpoint(), "POST /2015-03-31/functions/atalaya-canary/invocations");
    let code = json!({"FunctionName": "evil", "Runtime": "provided.al2023", "Handler": "x", "Code": {"ZipFile": ""},
        "Role": "arn:aws:iam::000000000000:role/x"});
    for origin in [STRANGER, ("Origin", "null"), ("Origin", "http://127.0.0.1:1")] {
        send(endpoint, invoke, &[origin, SIMPLE], "{}").await.is_refused("an invocation");
        let created = send(endpoint, "POST /2015-03-31/functions", &[origin, SIMPLE], &code.to_string()).await;
        created.is_refused("a function");
    }
    let topic = "Action=DeleteTopic&TopicArn=arn:aws:sns:us-east-1:000000000000:atalaya-alarms";
    send(endpoint, "POST /", &[STRANGER, FORM], topic).await.is_refused("a form");
    // An older browser sends no origin with a form of another site, and none sends it with what only reads.
    send(endpoint, "POST /", &[&LINK[..], &[FORM]].concat(), topic).await.is_refused("a form without origin");
    for headers in [&LINK[..], &IMAGE, &[]] {
        send(endpoint, &format!("GET /?{topic}"), headers, "").await.is_refused("a link to an operation");
    }
    send(endpoint, "POST /_ministack/reset", &[STRANGER, SIMPLE], "").await.is_refused("a reset");
    send(endpoint, "GET /_ministack/health", &LINK, "").await.is_refused("the emulator's own pages");
    let upgrade = [STRANGER, ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")];
    let key = ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    let socket = send(endpoint, "GET /_aws/execute-api/abc12345/x/", &[&upgrade[..], &[key]].concat(), "").await;
    socket.is_refused("a WebSocket");
    assert_eq!(last_call(local, "canary"), None, "nobody called it");
    let missing = try_aws(local, &["lambda", "get-function", "--function-name", "evil"]).await;
    assert!(missing.expect_err("it was not created").contains("ResourceNotFound"));
    aws(local, &["sns", "get-topic-attributes", "--topic-arn", &local.outputs().alarms_topic_arn]).await;
}

async fn a_turned_name_is_refused_everywhere(local: &LocalAws) {
    let port = local.endpoint().rsplit(':').next().expect("a port");
    for endpoint in [local.endpoint(), local.cloudwatch_endpoint(), local.console_url()] {
        for name in ["rebind.stranger.example", "localhost.stranger.example"] {
            let host = format!("{name}:{port}");
            let answer = send(endpoint, "GET /", &[("Host", &host)], "").await;
            assert_eq!(answer.status, 421, "{endpoint} as {host}: {answer:?}");
            answer.is_refused(&host);
        }
    }
    let other_port = send(local.endpoint(), "GET /", &[("Host", "127.0.0.1:1")], "").await;
    assert_eq!(other_port.status, 421);
}

async fn every_listener_refuses_pages(local: &LocalAws) {
    let control = control_address(local).await;
    let (_, secret) = control.rsplit_once('/').expect("an address and a secret");
    let notices = format!("GET /{secret}/notices");
    let target = ("X-Amz-Target", "GraniteServiceVersion20100801.DescribeAlarms");
    for (endpoint, call, body) in [
        (local.console_url(), "GET /api/alarms", ""),
        (local.cloudwatch_endpoint(), "POST /", "{}"),
        (control.as_str(), notices.as_str(), ""),
    ] {
        let of_a_program = [("Content-Type", "application/x-amz-json-1.0"), target];
        for of_a_page in [&[STRANGER][..], &[("Origin", "null")], &IMAGE] {
            send(endpoint, call, &[of_a_page, &of_a_program].concat(), body).await.is_refused(call);
        }
        let program = send(endpoint, call, &of_a_program, body).await;
        assert_eq!(program.status, 200, "{call}: {program:?}");
    }
    let console = local.console_url();
    let own = ("Origin", console);
    assert_eq!(send(console, "GET /api/alarms", &[own, ("Sec-Fetch-Site", "same-origin")], "").await.status, 200);
    assert_eq!(send(console, "GET /alarms", &LINK, "").await.status, 200, "a link in a page to on-call");
}

/// Where SNS delivers to, and another terminal asks: the subscription of a user holds the address.
async fn control_address(local: &LocalAws) -> String {
    local.subscribe("ada", None).await.expect("subscribed");
    let topic = &local.outputs().data_users_topic_arn;
    let listed = aws(local, &["sns", "list-subscriptions-by-topic", "--topic-arn", topic]).await;
    let endpoints =
        listed["Subscriptions"].as_array().expect("a list").iter().filter_map(|one| one["Endpoint"].as_str());
    let address = endpoints.filter_map(|endpoint| endpoint.strip_suffix("/users/ada")).next();
    address.expect("ada's subscription").to_owned()
}

async fn a_preflight_promises_nothing(local: &LocalAws) {
    let asks = [STRANGER, ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "x-amz-target")];
    for call in ["OPTIONS /", "OPTIONS /2015-03-31/functions", "OPTIONS /some-bucket/key"] {
        send(local.endpoint(), call, &asks, "").await.is_refused(call);
    }
    let bucket = format!("OPTIONS /{}/key", local.outputs().inbox_bucket);
    send(local.endpoint(), &bucket, &asks, "").await.is_refused("a bucket without rules");
    send(local.console_url(), "OPTIONS /api/alarms", &asks, "").await.is_refused("the console");
    send(local.cloudwatch_endpoint(), "OPTIONS /", &asks, "").await.is_refused("CloudWatch");
}

async fn links_and_what_is_opened_by_hand_work(local: &LocalAws) {
    upload(local, "linked.csv", "a\n1\n").await;
    let inbox = &local.outputs().inbox_bucket;
    let signed = presigned(local, inbox, "linked.csv").await;
    for headers in [&LINK[..], &[("Sec-Fetch-Site", "none")], &[]] {
        let opened = send(local.endpoint(), &format!("GET {signed}"), headers, "").await;
        assert_eq!((opened.status, opened.body.trim_end()), (200, "a\n1"), "{headers:?}: {opened:?}");
        assert!(!opened.headers.contains_key("access-control-allow-origin"), "{opened:?}");
    }
    // A page that shows it, or a script of an object that is opened as a page, gets nothing.
    send(local.endpoint(), &format!("GET {signed}"), &IMAGE, "").await.is_refused("an image");
    let script = [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty")];
    send(local.endpoint(), &format!("GET {signed}"), &script, "").await.is_refused("a script");
    // The names of buckets, where they stand in the host.
    let port = local.endpoint().rsplit(':').next().expect("a port");
    let host = format!("{inbox}.s3.localhost:{port}");
    let by_name = send(local.endpoint(), "GET /linked.csv", &[("Host", &host)], "").await;
    assert_eq!(by_name.status, 200, "{by_name:?}");
}

/// Path and query of a link to an object.
async fn presigned(local: &LocalAws, bucket: &str, key: &str) -> String {
    let mut command = std::process::Command::new(local.aws_cli());
    command.args(["s3", "presign", &format!("s3://{bucket}/{key}"), "--endpoint-url", local.endpoint()]);
    command.envs(local.environment());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic").expect("it runs");
    let link = String::from_utf8(output.stdout).expect("UTF-8");
    link.trim().strip_prefix(local.endpoint()).unwrap_or_else(|| panic!("{link:?}")).to_owned()
}

async fn the_rules_of_a_bucket_open_that_bucket(local: &LocalAws) {
    aws(local, &["s3api", "create-bucket", "--bucket", "open-to-one"]).await;
    let rules = json!({"CORSRules": [{"AllowedOrigins": ["https://friend.example"], "AllowedMethods": ["GET", "PUT"],
        "AllowedHeaders": ["x-amz-*"], "MaxAgeSeconds": 60}]});
    let rules = rules.to_string();
    aws(local, &["s3api", "put-bucket-cors", "--bucket", "open-to-one", "--cors-configuration", &rules]).await;
    let friend = ("Origin", "https://friend.example");
    let wanted = [("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "x-amz-acl")];
    let preflight = send(local.endpoint(), "OPTIONS /open-to-one/k", &[&[friend][..], &wanted].concat(), "").await;
    assert_eq!(preflight.status, 200, "{preflight:?}");
    assert_eq!(preflight.headers["access-control-allow-origin"], "https://friend.example");
    assert!(preflight.headers["access-control-allow-methods"].contains("PUT"), "{preflight:?}");
    let put = send(local.endpoint(), "PUT /open-to-one/k", &[friend], "words").await;
    assert_eq!((put.status, put.headers["access-control-allow-origin"].as_str()), (200, "https://friend.example"));
    send(local.endpoint(), "PUT /open-to-one/k", &[STRANGER], "x").await.is_refused("another origin");
    send(local.endpoint(), "DELETE /open-to-one/k", &[friend], "").await.is_refused("another method");
    let inbox = format!("PUT /{}/k", local.outputs().inbox_bucket);
    send(local.endpoint(), &inbox, &[friend], "x").await.is_refused("another bucket");
    // The path of a bucket does not open another service.
    let other = [friend, ("X-Amz-Target", "AmazonSQS.ListQueues"), ("Content-Type", "application/x-amz-json-1.0")];
    send(local.endpoint(), "PUT /open-to-one/k", &other, "{}").await.is_refused("another service by its target");
    let signed = [friend, ("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sqs/aws4_request")];
    send(local.endpoint(), "PUT /open-to-one/k", &signed, "{}").await.is_refused("another service by its scope");
}

async fn the_rules_of_an_api_open_that_api(local: &LocalAws) {
    let cors = r#"{"AllowOrigins": ["https://friend.example"], "AllowMethods": ["GET"]}"#;
    let created =
        ["apigatewayv2", "create-api", "--name", "a", "--protocol-type", "HTTP", "--cors-configuration", cors];
    let id = aws(local, &created).await["ApiId"].as_str().expect("an id").to_owned();
    let path = format!("/_aws/execute-api/{id}/$default/x");
    let friend = ("Origin", "https://friend.example");
    let asks = ("Access-Control-Request-Method", "GET");
    let preflight = send(local.endpoint(), &format!("OPTIONS {path}"), &[friend, asks], "").await;
    assert_eq!(preflight.status, 204, "{preflight:?}");
    assert_eq!(preflight.headers["access-control-allow-origin"], "https://friend.example");
    assert_eq!(preflight.headers["access-control-allow-methods"], "GET");
    let called = send(local.endpoint(), &format!("GET {path}"), &[friend], "").await;
    assert_eq!(called.status, 404, "it has no route, and the page is told so: {called:?}");
    send(local.endpoint(), &format!("GET {path}"), &[STRANGER], "").await.is_refused("another origin");
    send(local.endpoint(), &format!("OPTIONS {path}"), &[STRANGER, asks], "").await.is_refused("its preflight");
}

async fn programs_get_no_word_for_browsers(local: &LocalAws) {
    let target = [("X-Amz-Target", "AmazonSQS.ListQueues"), ("Content-Type", "application/x-amz-json-1.0")];
    for (call, headers) in [("POST /", &target[..]), ("OPTIONS /", &[]), ("GET /", &[])] {
        let answer = send(local.endpoint(), call, headers, "{}").await;
        let words: Vec<_> = answer.headers.keys().filter(|name| name.starts_with("access-control-")).collect();
        assert!(answer.status == 200 && words.is_empty(), "{call}: {answer:?}");
    }
}

/// A function fetches its events from a port of its own; a page that reached it would take them away.
async fn a_function_takes_its_events_itself(local: &LocalAws) {
    let environment = local.log_file().with_file_name("atalaya-intake.env");
    upload(local, "event.csv", "a\n1\n").await;
    let environment = until("the intake runs", || std::fs::read_to_string(&environment).ok()).await;
    let environment: Value = serde_json::from_str(&environment).expect("JSON");
    let api = format!("http://{}", environment["AWS_LAMBDA_RUNTIME_API"].as_str().expect("an address"));
    let next = "GET /2018-06-01/runtime/invocation/next";
    send(&api, next, &[STRANGER], "").await.is_refused("a page");
    send(&api, next, &IMAGE, "").await.is_refused("an image");
    send(&api, next, &[("Host", "rebind.stranger.example")], "").await.is_refused("a turned name");
    let answer = "POST /2018-06-01/runtime/invocation/x/response";
    send(&api, answer, &[STRANGER, SIMPLE], "{}").await.is_refused("an answer");
}
