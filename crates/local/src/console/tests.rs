//! The console as a browser meets it, over HTTP, on stores in memory.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use atalaya_cloud::{
    MemoryLedger,
    ledger::{ClaimFiles as _, ClaimNotices as _, NoticeClaim, Outcome, ProcessFiles as _, SentNotice},
    testing,
};
use atalaya_cloudwatch::{
    CloudWatch, MetricId, MetricStat, Statistic,
    alarm::{Actions, Alarm, AlarmSource, Comparison, CompositeAlarm, LowSamples, MetricAlarm, State},
};
use atalaya_cloudwatch_dashboard::Dashboards;
use atalaya_contract::{FileId, FileState};
use http_body_util::{BodyExt as _, Empty};
use hyper::{HeaderMap, Method, Request, StatusCode, body::Bytes, header::HOST};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use jiff::Timestamp;
use serde_json::Value;

use super::{App, Console};
use crate::{Notice, RunLog, cloudwatch::Shared, http, notice::Mailbox};

/// A name that would be mischief in a page that takes it for HTML.
const MISCHIEF: &str = "orders/<img src=x onerror=alert(1)>.csv";

/// A console, what it shows, and a browser.
struct Rig {
    console: Console,
    cloudwatch: Arc<Shared>,
    ledger: MemoryLedger,
    mailbox: Arc<Mailbox>,
    _folder: tempfile::TempDir,
}

impl Rig {
    async fn start(patience: Duration) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let log = RunLog::create(folder.path().join("log")).expect("a log");
        let (cloudwatch, ledger, mailbox) = (Arc::new(Shared::still(log)), MemoryLedger::default(), Arc::default());
        let runbooks = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../runbooks");
        let mut app = App::new(Arc::clone(&cloudwatch), ledger.clone(), Arc::clone(&mailbox), runbooks);
        app.changes.patience = patience;
        let (socket, port) = http::listen().await.expect("a port");
        let console = Console::serve(socket, port, Arc::new(app));
        Self { console, cloudwatch, ledger, mailbox, _folder: folder }
    }

    async fn patient() -> Self {
        Self::start(Duration::from_secs(60)).await
    }

    async fn call(&self, method: Method, path: &str, host: Option<&str>) -> (StatusCode, HeaderMap, String) {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.console.url()));
        if let Some(host) = host {
            request = request.header(HOST, host);
        }
        let request = request.body(Empty::<Bytes>::new()).expect("a request");
        let response = Client::builder(TokioExecutor::new()).build_http().request(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        (parts.status, parts.headers, String::from_utf8(body.into()).expect("UTF-8"))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, headers, body) = self.call(Method::GET, path, None).await;
        assert_eq!((status, headers["content-type"].as_bytes()), (StatusCode::OK, &b"application/json"[..]), "{body}");
        serde_json::from_str(&body).expect("JSON")
    }

    /// Why it is refused.
    async fn refused(&self, path: &str) -> (StatusCode, String) {
        let (status, _, body) = self.call(Method::GET, path, None).await;
        let body: Value = serde_json::from_str(&body).expect("JSON");
        (status, body["error"].as_str().expect("a sentence").to_owned())
    }

    fn put(&self, alarms: Vec<Alarm>) {
        self.cloudwatch.with_cloudwatch(|cloudwatch| cloudwatch.put_alarms(alarms)).expect("CloudWatch takes them");
    }

    fn set(&self, alarm: &str, state: State, reason: &str) {
        let set = |cloudwatch: &mut CloudWatch| cloudwatch.set_alarm_state(alarm, state, reason, None);
        self.cloudwatch.with_cloudwatch(set).expect("there is such an alarm");
    }
}

fn alarm(name: &str, severity: &str) -> Alarm {
    let description = format!(
        "Something about {name}.\nSeverity: {severity}\nFirst step: atalaya files\n\
         Runbook: http://127.0.0.1:1/runbooks/FilesFailed.md\nDashboard: http://127.0.0.1:1/dashboards/atalaya-overview"
    );
    let metric = MetricId::total("Atalaya", "FilesFailed");
    let stat = MetricStat { metric, period: 300, stat: Statistic::Sum, unit: None };
    Alarm::Metric(MetricAlarm {
        name: format!("atalaya-{name}"),
        description: Some(description),
        actions: Actions::default(),
        source: AlarmSource::Metric(stat),
        evaluation_periods: 3,
        datapoints_to_alarm: Some(2),
        threshold: 1.5,
        comparison: Comparison::GreaterThanThreshold,
        treat_missing_data: None,
        low_samples: LowSamples::Evaluate,
    })
}

fn composite(name: &str, rule: &str) -> Alarm {
    let (name, rule) = (format!("atalaya-{name}"), rule.to_owned());
    Alarm::Composite(CompositeAlarm { name, description: None, actions: Actions::default(), rule, suppressor: None })
}

fn at(seconds: i64) -> Timestamp {
    testing::at(1_780_000_000 + seconds)
}

fn notice(user: &str, file: Option<&FileId>) -> Notice {
    Notice {
        received_at: at(9),
        user: user.to_owned(),
        topic: "atalaya-data-users".to_owned(),
        subject: "orders: a file is available".to_owned(),
        text: "It is there.".to_owned(),
        event: file.map(|id| serde_json::json!({ "file": { "file_id": id } })),
        message: None,
        attributes: BTreeMap::from([("dataset".to_owned(), "orders".to_owned())]),
        message_id: format!("m-{user}"),
    }
}

/// A dashboard with a variable; its titles are mischief for a page that takes them for HTML.
fn board() -> Value {
    serde_json::json!({
        "variables": [{
            "type": "pattern", "pattern": "__feed__", "inputType": "select", "id": "feed", "label": "Feed",
            "defaultValue": "__FIRST", "search": "{Atalaya,Dataset} MetricName=\"Files\"", "populateFrom": "Dataset",
        }],
        "widgets": [
            { "type": "text", "x": 0, "y": 0, "width": 24, "height": 2,
              "properties": { "markdown": "# <script>alert(1)</script> of __feed__" } },
            { "type": "metric", "x": 0, "y": 2, "width": 12, "height": 6,
              "properties": {
                "title": "<b>Files</b>", "region": "us-east-1", "stat": "Sum", "period": 60,
                "metrics": [["Atalaya", "Files", "Dataset", "__feed__", { "label": "sent" }]] } },
            { "type": "metric", "x": 12, "y": 2, "width": 12, "height": 6,
              "properties": {
                "title": "Nothing", "region": "us-east-1", "metrics": [["Atalaya", "Nothing"]] } },
        ],
    })
}

impl Rig {
    /// Puts the dashboard, and data of two feeds.
    fn put_board(&self) {
        for (feed, value) in [("planes", 3.0), ("orders", 7.0)] {
            self.put_datum("Files", serde_json::json!([{ "Name": "Dataset", "Value": feed }]), value);
        }
        let now = self.cloudwatch.read(CloudWatch::now);
        self.cloudwatch.dashboards().put("atalaya-overview", &board(), now).expect("a valid body");
    }

    /// Puts a value of some minutes ago: its period is over.
    fn put_datum(&self, name: &str, dimensions: Value, value: f64) {
        self.cloudwatch.with_cloudwatch(|cloudwatch| {
            let at = cloudwatch.now() - 660;
            let datum = serde_json::json!({
                "MetricName": name, "Dimensions": dimensions, "Value": value, "Timestamp": at,
            });
            let input = serde_json::json!({ "Namespace": "Atalaya", "MetricData": [datum] });
            atalaya_cloudwatch_api::call(cloudwatch, &mut Dashboards::default(), "PutMetricData", &input)
                .expect("it takes it");
        });
    }
}

#[tokio::test]
async fn a_dashboard_is_drawn_with_what_can_be_read_in_it() {
    let rig = Rig::patient().await;
    assert_eq!(rig.get("/api/dashboards").await["dashboards"], serde_json::json!([]));
    rig.put_board();
    let listed = &rig.get("/api/dashboards").await["dashboards"];
    assert_eq!((listed[0]["short"].as_str(), listed[0]["title"].as_str()), (Some("overview"), Some("Overview")));

    let told = rig.get("/api/dashboards/overview?width=1000&theme=dark").await;
    assert_eq!(
        (told["range"]["since"].as_str(), told["range"]["text"].as_str()),
        (Some("15m"), Some("the last 15 minutes"))
    );
    let variable = &told["variables"][0];
    assert_eq!((variable["id"].as_str(), variable["value"].as_str()), (Some("feed"), Some("orders")));
    assert_eq!(variable["values"], serde_json::json!([["orders", "orders"], ["planes", "planes"]]));
    let [text, graph, nothing] = told["panels"].as_array().map(Vec::as_slice).expect("panels") else {
        panic!("{told}")
    };
    assert_eq!((text["kind"].as_str(), graph["kind"].as_str()), (Some("text"), Some("graph")));
    for svg in [text, graph].map(|panel| panel["svg"].as_str().expect("a drawing")) {
        assert!(svg.starts_with("<svg") && !svg.contains("<script") && !svg.contains("<b>"), "{svg}");
    }
    assert!(text["svg"].as_str().is_some_and(|svg| svg.contains("of orders")));
    let series = &graph["series"][0];
    assert_eq!((series["label"].as_str(), series["points"][0][1].as_f64()), (Some("sent"), Some(7.0)));
    assert!(series["colour"].as_str().is_some_and(|colour| colour.starts_with('#') && colour.len() == 7));
    let (plot, place) = (&graph["plot"], &graph["box"]);
    let inside = |edge: &str, size: &str| plot[edge].as_f64() < place[size].as_f64();
    assert!(inside("x1", "width") && inside("y1", "height"), "{plot} in {place}");
    assert_eq!(plot["end"].as_i64().zip(plot["start"].as_i64()).map(|(end, start)| end - start), Some(900));
    assert_eq!(nothing["series"][0]["points"].as_array().map_or(0, Vec::len), 0);
    assert!(nothing["remarks"][0].as_str().is_some_and(|remark| remark.contains("no data")), "{nothing}");

    let planes = rig.get("/api/dashboards/atalaya-overview?var.feed=planes&since=3h").await;
    assert_eq!(planes["panels"][1]["series"][0]["points"][0][1], 3.0);
    assert_eq!(planes["range"]["since"], "3h");
}

#[tokio::test]
async fn a_dashboard_opens_on_a_feed_that_exists() {
    let rig = Rig::patient().await;
    let mut body = board();
    body["variables"][0]["defaultValue"] = "flights".into();
    let now = rig.cloudwatch.read(CloudWatch::now);
    rig.cloudwatch.dashboards().put("atalaya-feeds", &body, now).expect("a valid body");
    let opened = || async {
        let shown = rig.get("/api/dashboards/feeds").await;
        (shown["variables"][0]["value"].clone(), shown["panels"].as_array().map_or(0, Vec::len))
    };
    assert_eq!(opened().await, (Value::Null, 0), "no feed has sent anything");
    for (feed, expected) in [("canary", "canary"), ("prices", "prices"), ("orders", "orders"), ("flights", "flights")] {
        rig.put_datum("Files", serde_json::json!([{ "Name": "Dataset", "Value": feed }]), 1.0);
        assert_eq!(opened().await, (expected.into(), 3), "{feed} has sent too");
    }
    let chosen = rig.get("/api/dashboards/feeds?var.feed=later").await;
    assert_eq!(chosen["variables"][0]["value"], "later", "what is chosen is shown");
}

#[tokio::test]
async fn a_dashboard_is_a_picture_too() {
    let rig = Rig::patient().await;
    rig.put_board();
    let (status, headers, svg) = rig.call(Method::GET, "/dashboards/overview.svg?theme=dark&width=800", None).await;
    assert_eq!((status, headers["content-type"].as_bytes()), (StatusCode::OK, &b"image/svg+xml"[..]));
    assert!(svg.starts_with("<svg") && svg.contains("width=\"800\"") && svg.contains("Overview"), "{svg}");
    let png = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let url = format!("{}/dashboards/overview.png?width=400", rig.console.url()).parse().expect("a URL");
    let png = png.get(url).await.expect("an answer").into_body().collect().await.expect("a body").to_bytes();
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let (_, _, body) = rig.call(Method::GET, "/dashboards/atalaya-overview.json", None).await;
    assert_eq!(serde_json::from_str::<Value>(&body).expect("JSON"), board());
}

#[tokio::test]
async fn what_a_dashboard_cannot_show_is_said() {
    let rig = Rig::patient().await;
    let (_, sentence) = rig.refused("/api/dashboards/overview").await;
    assert_eq!(sentence, "there is no dashboard `overview`: this project declares none in dashboards/template.yaml");
    rig.put_board();
    let cases = [
        ("/api/dashboards/cost", 404, "there is no dashboard `cost`: there are overview"),
        ("/api/dashboards/overview?var.fed=x", 400, "there is no variable `fed`"),
        ("/api/dashboards/overview?since=soon", 400, "`since` is `soon`"),
        ("/api/dashboards/overview?width=9", 400, "`width` is 9: what is drawn is 200 to 4000 px wide"),
        ("/api/dashboards/overview?theme=pink", 400, "`theme` is `pink`: it is light or dark"),
        ("/dashboards/cost.png", 404, "there is no dashboard `cost`"),
        ("/alarms/x.svg", 404, "there is no alarm `x`"),
    ];
    for (path, expected, words) in cases {
        let (status, sentence) = rig.refused(path).await;
        assert_eq!(status.as_u16(), expected, "{path}: {sentence}");
        assert!(sentence.starts_with(words), "{path}: {sentence}");
    }
}

#[tokio::test]
async fn an_alarm_has_the_graph_of_what_it_watches() {
    let rig = Rig::patient().await;
    rig.put(vec![alarm("A", "page"), composite("Both", "ALARM(\"atalaya-A\")")]);
    rig.put_datum("FilesFailed", serde_json::json!([]), 4.0);
    let one = rig.get("/api/alarms/A?width=500").await;
    assert_eq!((one["graph"]["kind"].as_str(), one["graph"]["of"].as_str()), (Some("graph"), Some("A")));
    assert_eq!(one["graph"]["box"]["width"], 500);
    assert!(one["graph"]["svg"].as_str().is_some_and(|svg| svg.contains("1.5")), "the threshold");
    assert!(rig.get("/api/alarms/Both").await["graph"].is_null());
    let (status, sentence) = rig.refused("/alarms/Both.png").await;
    assert_eq!((status, sentence.contains("it has no graph")), (StatusCode::NOT_FOUND, true));
    rig.set("atalaya-A", State::Alarm, "so");
    rig.cloudwatch.with_cloudwatch(|cloudwatch| cloudwatch.advance_to(cloudwatch.now() + 1));
    assert_eq!(rig.get("/api/alarms/Both").await["graph"]["of"], "A");
}

#[tokio::test]
async fn each_page_is_the_same_page_and_runs_no_script_but_its_own() {
    let rig = Rig::patient().await;
    for path in
        ["/", "/alarms", "/alarms/x", "/files", "/files/ab", "/notices", "/runbooks/NoFiles", "/dashboards/cost"]
    {
        let (status, headers, body) = rig.call(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        let policy = headers["content-security-policy"].to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(body.contains("<main id=\"main\""), "{path}");
    }
    for path in ["/nothing", "/alarms/x/y", "/etc/passwd"] {
        let (status, _, body) = rig.call(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(body.contains("<main id=\"main\""), "{path}");
    }
    let (status, headers, _) = rig.call(Method::GET, "/assets/main.js", None).await;
    assert_eq!((status, headers["content-type"].as_bytes()), (StatusCode::OK, &b"text/javascript; charset=utf-8"[..]));
    assert_eq!(headers["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn what_is_not_there_is_said_in_a_sentence() {
    let rig = Rig::patient().await;
    let cases = [
        ("/api/alarms/x", 404, "there is no alarm `x`"),
        ("/api/files/xyz", 400, "`xyz` is no file's id"),
        ("/api/files/ab", 404, "no file's id begins with ab"),
        ("/api/files?state=gone", 400, "no such state; it is one of received"),
        ("/api/runbooks/Nothing", 404, "there is no runbook `Nothing`"),
        ("/api/runbooks/..%2FREADME", 404, "there is no runbook `../README`"),
        ("/api/changes?after=x", 400, "`after` is `x`, which is not the number"),
        ("/api/nothing/here", 404, "there are no data at /api/nothing/here"),
        ("/assets/..%2FCargo.toml", 404, "there is no file"),
    ];
    for (path, expected, words) in cases {
        let (status, sentence) = rig.refused(path).await;
        assert_eq!(status.as_u16(), expected, "{path}: {sentence}");
        assert!(sentence.starts_with(words), "{path}: {sentence}");
    }
}

#[tokio::test]
async fn a_stranger_learns_and_changes_nothing() {
    let rig = Rig::patient().await;
    let (status, headers, body) = rig.call(Method::GET, "/api/alarms", Some("console.example:80")).await;
    assert_eq!(status, StatusCode::MISDIRECTED_REQUEST);
    assert!(body.contains("localhost:") && !headers.contains_key("access-control-allow-origin"), "{body}");
    let (status, headers, _) = rig.call(Method::POST, "/api/alarms", None).await;
    assert_eq!((status, headers["allow"].as_bytes()), (StatusCode::METHOD_NOT_ALLOWED, &b"GET, HEAD"[..]));
    let (status, _, body) = rig.call(Method::HEAD, "/api/alarms", None).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn the_worst_alarm_stands_first_with_what_to_do() {
    let rig = Rig::patient().await;
    rig.put(vec![
        alarm("Fine", "page"),
        alarm("Ticket", "ticket"),
        alarm("Page", "page"),
        alarm("Part", "none"),
        composite("Both", "ALARM(\"atalaya-Page\") AND ALARM(\"atalaya-Fine\")"),
    ]);
    for name in ["atalaya-Ticket", "atalaya-Page", "atalaya-Part"] {
        rig.set(name, State::Alarm, "Threshold Crossed: <b>5</b>");
    }
    rig.set("atalaya-Fine", State::Ok, "it is");
    let told = rig.get("/api/alarms").await;
    let alarms = told["alarms"].as_array().expect("a list");
    let names: Vec<_> = alarms.iter().map(|alarm| alarm["short"].as_str().expect("a name")).collect();
    assert_eq!(names, ["Page", "Ticket", "Part", "Both", "Fine"]);
    let first = &alarms[0];
    assert_eq!((first["severity"].as_str(), first["summary"].as_str()), (Some("page"), Some("Something about Page.")));
    assert_eq!(first["runbook"], "/runbooks/FilesFailed");
    assert_eq!(first["dashboard"], "/dashboards/atalaya-overview");
    let condition = "Sum of FilesFailed is more than 1.5 in 2 of 3 periods of 5 min; a period without data is passed over, and without \
         any data the state is INSUFFICIENT_DATA";
    assert_eq!(first["condition"], condition);

    let one = rig.get("/api/alarms/Page").await;
    assert_eq!(one["parents"][0]["short"], "Both");
    assert_eq!(one["history"][0]["kind"], "state");
    assert_eq!(one["history"][0]["to"], "ALARM");
    assert_eq!(one["history"][0]["detail"], "Threshold Crossed: <b>5</b>");
    let both = rig.get("/api/alarms/atalaya-Both").await;
    let children: Vec<_> = both["children"].as_array().expect("a list").iter().map(|child| &child["state"]).collect();
    assert_eq!(children, ["ALARM", "OK"]);

    let status = &rig.get("/api/changes").await["status"];
    assert_eq!((status["level"].as_str(), status["alarms"].as_u64()), (Some("page"), Some(2)), "a part is none");
    assert!(status["text"].as_str().is_some_and(|words| words.starts_with("2 alarms are on: Page (page), Ticket")));
}

/// What `page` tells programs of an alarm.
fn page(alarm: &str, kind: &str, file: &str) -> Notice {
    let document = serde_json::json!({
        "schema": "atalaya.page/1", "kind": kind, "text": "What on-call reads.", "alarm": { "name": alarm },
        "files": { "named": [{ "file_id": file, "key": "orders/1.csv", "dataset": "orders", "state": "failed" }] },
    });
    Notice { topic: "atalaya-on-call-page".to_owned(), message: Some(document), ..notice("on-call", None) }
}

#[tokio::test]
async fn the_commands_of_an_alarm_are_about_its_feed_and_the_file_of_its_page() {
    let rig = Rig::patient().await;
    let Alarm::Metric(mut of_feed) = alarm("RejectRate-orders", "page") else { unreachable!("it has a metric") };
    of_feed.description = Some("Bad.\nFirst step: atalaya status, then atalaya rejects {file_id}".to_owned());
    let metric = MetricId::new("Atalaya", "RowsRejected", [("Dataset", "orders")]);
    of_feed.source = AlarmSource::Metric(MetricStat { metric, period: 60, stat: Statistic::Sum, unit: None });
    rig.put(vec![Alarm::Metric(of_feed), alarm("FilesFailed", "page")]);

    let known = &rig.get("/api/alarms/RejectRate-orders").await;
    assert_eq!(known["context"]["values"], serde_json::json!({ "dataset": "orders" }));
    let step = serde_json::json!([
        { "command": "atalaya status" }, { "prose": ", then " }, { "command": "atalaya rejects {file_id}" },
    ]);
    assert_eq!(known["first_step"], step);

    for (kind, file) in [("alarm", "aaaaaaaa11"), ("alarm", "bbbbbbbb22"), ("recovery", "cccccccc33")] {
        rig.mailbox.add(page("atalaya-FilesFailed", kind, file));
    }
    let context = &rig.get("/api/alarms/FilesFailed").await["context"];
    let values = serde_json::json!({ "dataset": "orders", "file_id": "bbbbbbbb" });
    assert_eq!(context["values"], values, "of the newest page that it is on");
    assert_eq!((&context["files"][0]["key"], &context["page_at"]), (&"orders/1.csv".into(), &at(9).to_string().into()));

    let notices = &rig.get("/api/notices").await["notices"];
    assert_eq!(
        (&notices[0]["document"]["kind"], &notices[0]["alarm"]),
        (&"recovery".into(), &"atalaya-FilesFailed".into())
    );
}

#[tokio::test]
async fn a_value_that_a_shell_would_read_otherwise_is_left_out() {
    let rig = Rig::patient().await;
    rig.put(vec![alarm("FilesFailed", "page")]);
    rig.mailbox.add(page("atalaya-FilesFailed", "alarm", "$(rm -r)"));
    let context = &rig.get("/api/alarms/FilesFailed").await["context"];
    assert_eq!(context["values"], serde_json::json!({ "dataset": "orders" }));
}

#[tokio::test]
async fn a_file_tells_its_story_and_who_was_told() {
    let rig = Rig::patient().await;
    let record = testing::received("orders", MISCHIEF, 1_780_000_000);
    let id = record.file.file_id.clone();
    rig.ledger.claim(&record).await.expect("claimed");
    rig.ledger.claim(&testing::received("canary", "canary/1.csv", 1_780_000_100)).await.expect("claimed");
    rig.ledger.begin(&id, 1, None, at(3)).await.expect("begun");
    rig.ledger.finish(&id, 1, &Outcome::new(FileState::Available, at(5))).await.expect("finished");
    let claim = NoticeClaim {
        file_id: id.clone(),
        event_id: "e".to_owned(),
        event: "FileAvailable".to_owned(),
        owner: "o".to_owned(),
        at: at(6),
        lease_until: at(60),
    };
    rig.ledger.claim_notice(&claim).await.expect("claimed");
    let (subject, text) = ("orders: a file is available".to_owned(), Some("It is there.".to_owned()));
    let sent = SentNotice { message_id: "m".to_owned(), subject, text, at: at(7) };
    rig.ledger.notice_sent(&id, "e", &sent).await.expect("it was claimed");
    rig.mailbox.add(notice("ada", Some(&id)));
    rig.mailbox.add(notice("bob", None));

    let listed = rig.get("/api/files").await;
    assert_eq!(listed["files"].as_array().map(Vec::len), Some(1), "the canary's are left out");
    assert_eq!((listed["files"][0]["key"].as_str(), listed["canaries"].as_u64()), (Some(MISCHIEF), Some(1)));
    for (query, expected) in [("canary=shown", 2), ("dataset=canary", 1), ("state=available", 1), ("state=failed", 0)] {
        let files = &rig.get(&format!("/api/files?{query}")).await["files"];
        assert_eq!(files.as_array().map(Vec::len), Some(expected), "{query}");
    }
    let file = rig.get(&format!("/api/files/{}", &id.as_str()[..8])).await;
    let states: Vec<_> = file["history"].as_array().expect("steps").iter().map(|step| &step["state"]).collect();
    assert_eq!(states, ["received", "processing", "available"]);
    assert_eq!(file["notices"][0]["subject"], "orders: a file is available");
    assert_eq!(
        (file["deliveries"][0]["user"].as_str(), file["deliveries"].as_array().map(Vec::len)),
        (Some("ada"), Some(1))
    );
    let notices = rig.get("/api/notices").await;
    let users: Vec<_> = notices["notices"].as_array().expect("a list").iter().map(|notice| &notice["user"]).collect();
    assert_eq!(users, ["bob", "ada"], "newest first");
}

#[tokio::test]
async fn a_page_that_waits_is_answered_when_something_changes() {
    let rig = Rig::patient().await;
    rig.put(vec![alarm("A", "page")]);
    let known = rig.get("/api/changes").await;
    let waiting = |known: &Value| format!("/api/changes?after={}", known["version"]);

    let path = waiting(&known);
    let (changed, ()) = tokio::join!(rig.get(&path), async {
        rig.set("atalaya-A", State::Alarm, "so");
    });
    assert_ne!(changed["changed"]["alarms"], known["changed"]["alarms"]);
    assert_eq!(changed["changed"]["notices"], known["changed"]["notices"]);

    let path = waiting(&changed);
    let (told, ()) = tokio::join!(rig.get(&path), async { rig.mailbox.add(notice("ada", None)) });
    assert_ne!(told["changed"]["notices"], changed["changed"]["notices"]);

    let path = waiting(&told);
    let (arrived, ()) = tokio::join!(rig.get(&path), async {
        rig.ledger.claim(&testing::received("orders", "orders/1.csv", 1_780_000_000)).await.expect("claimed");
        rig.cloudwatch.table_written();
    });
    assert_ne!(arrived["changed"]["files"], told["changed"]["files"]);
    assert!(arrived["status"]["text"].as_str().is_some_and(|words| words.ends_with("1 file under way.")), "{arrived}");
    // A number that this console never told is of another one.
    assert_eq!(rig.get("/api/changes?after=99").await["version"], arrived["version"]);
}

#[tokio::test]
async fn a_page_that_waits_in_vain_is_answered_all_the_same() {
    let rig = Rig::start(Duration::from_millis(20)).await;
    let known = rig.get("/api/changes").await;
    let again = rig.get(&format!("/api/changes?after={}", known["version"])).await;
    assert_eq!((&again["version"], &again["changed"]), (&known["version"], &known["changed"]));
}

#[tokio::test]
async fn a_ledger_that_does_not_answer_is_told_and_asked_again() {
    let rig = Rig::patient().await;
    rig.ledger.fail_next("list");
    let (status, sentence) = rig.refused("/api/files").await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert!(sentence.starts_with("the local AWS did not answer as it should: "), "{sentence}");
    assert_eq!(rig.get("/api/files").await["files"].as_array().map(Vec::len), Some(0));
    rig.ledger.fail_next("list");
    rig.cloudwatch.table_written();
    // Whoever reads next, the page or who observes for it, meets the failure; the one after that does not.
    let words = || async { rig.get("/api/changes").await["status"]["text"].as_str().map(str::to_owned) };
    let end = tokio::time::Instant::now() + Duration::from_secs(20);
    while words().await.is_none_or(|words| words != "Nothing is wrong, and no file has arrived yet.") {
        assert!(tokio::time::Instant::now() < end, "it stays unread");
    }
}
