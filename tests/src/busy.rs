//! Busy days: thousands of files at once while Lambda refuses most calls. Files are late then, and none fails; and people
//! hear of what else goes wrong as fast as ever, where runs of the function that tells them are kept for it.

use std::{
    env,
    time::{Duration, Instant},
};

use atalaya_cloud::{
    S3Objects,
    ledger::{BrowseFiles, FileQuery},
    objects::WriteObjects,
};
use atalaya_cloudwatch::{Frame, MetricId, Statistic};
use atalaya_contract::FileState;
use atalaya_local::{EndpointFault, FaultyService, Notice, OnCall};
use tokio::{task::JoinSet, time::sleep};

use crate::world::{World, readings};

/// Names how many files come at once: a busy day has 5,000. Without it these tests are skipped, since a burst keeps a
/// machine of two cores busy for many minutes, and whatever else is tested on it.
const FILES_VARIABLE: &str = "ATALAYA_TESTS_BURST";
/// How many uploads are under way at the same time.
const UPLOADS: usize = 32;
/// So long Lambda refuses nine calls of ten.
const THROTTLED: Duration = Duration::from_secs(60);
/// The account's concurrency: that of a new account is 10.
const CONCURRENCY: u32 = 10;
/// How long the files of a burst may take, on a slow machine that others use too.
const BURST_DEADLINE: Duration = Duration::from_secs(1800);
/// How soon a page is to arrive.
const PAGE_DEADLINE: Duration = Duration::from_secs(60);

fn count() -> Option<usize> {
    let Ok(count) = env::var(FILES_VARIABLE) else {
        println!("skipped: {FILES_VARIABLE} says how many files a burst has, such as 5000");
        return None;
    };
    Some(count.parse().unwrap_or_else(|_| panic!("{FILES_VARIABLE}={count}")))
}

/// Each file has content of its own: the same would be a duplicate.
fn station(number: usize) -> String {
    let letter = |place: usize| char::from(b'A' + u8::try_from(number / 100 / place % 26).expect("a letter"));
    format!("{}{}{}{:02}", letter(676), letter(26), letter(1), number % 100)
}

/// Puts a burst of files into the inbox, as many at once as clients do.
fn upload(world: &World, count: usize) {
    let objects = S3Objects::new(world.local.sdk_config());
    let bucket = &world.local.outputs().inbox_bucket;
    world.run(async {
        let mut uploads = JoinSet::new();
        for number in 0..count {
            if uploads.len() >= UPLOADS {
                uploads.join_next().await.expect("there are some").expect("no panic");
            }
            let (objects, bucket) = (objects.clone(), bucket.clone());
            uploads.spawn(async move {
                let (key, text) = (format!("readings/burst-{number:05}.csv"), readings(&station(number), 1));
                objects.put(&bucket, &key, "text/csv", text.into()).await.expect("the inbox takes it");
            });
        }
        uploads.join_all().await;
    });
}

/// How many files are in a state.
fn in_state(world: &World, state: FileState) -> usize {
    let query = FileQuery { state: Some(state), dataset: None, since: None, limit: usize::MAX };
    world.run(world.ledger.list(&query)).expect("the ledger answers").len()
}

/// The sum of a metric of AWS since the world began.
fn sum(world: &World, namespace: &str, name: &str, dimension: (&str, &str)) -> f64 {
    let metric = MetricId::new(namespace, name, [dimension]);
    world.local.with_cloudwatch(|cloudwatch| {
        let frame = Frame { start: cloudwatch.now() - 86_400, period: 172_800, count: 1 };
        let series = cloudwatch.store().find(&metric);
        let point = series.and_then(|series| cloudwatch.store().read(series, &Statistic::Sum, None, &frame)[0]);
        point.map_or(0.0, |point| point.value)
    })
}

fn throttles(world: &World, role: &str) -> f64 {
    sum(world, "AWS/Lambda", "Throttles", ("FunctionName", &format!("atalaya-{role}")))
}

fn subscribe_on_call(world: &World) {
    world.run(async {
        world.local.subscribe_on_call(OnCall::Page, "pager").await.expect("subscribes");
        world.local.subscribe_on_call(OnCall::Ticket, "tickets").await.expect("subscribes");
    });
}

/// What on-call was told with these words in it.
fn told(world: &World, words: &str) -> Vec<Notice> {
    let all = world.local.notices().into_iter();
    let to_on_call = all.filter(|notice| notice.user == "pager" || notice.user == "tickets");
    to_on_call.filter(|notice| notice.subject.contains(words) || notice.text.contains(words)).collect()
}

#[test]
fn a_burst_that_lambda_throttles_is_late_and_none_of_it_fails() {
    let Some(count) = count() else { return };
    let world = World::start();
    subscribe_on_call(&world);
    world.run(async {
        world.local.limit_concurrency(Some(CONCURRENCY)).await.expect("a limit");
        world.local.set_faults(&[EndpointFault::throttled_function("atalaya-process", 0.9)]).await.expect("a fault");
    });
    let begun = Instant::now();
    upload(&world, count);
    let uploaded = begun.elapsed();
    // What is tried is a minute of throttling, which passes with the wall's time.
    wait(&world, THROTTLED.saturating_sub(uploaded));
    let refused = throttles(&world, "process");
    world.run(world.local.set_faults(&[])).expect("no fault");
    let available = loop {
        let available = in_state(&world, FileState::Available);
        let failed = in_state(&world, FileState::Failed);
        assert_eq!(failed, 0, "files that only had to wait have failed");
        if available >= count {
            break available;
        }
        assert!(begun.elapsed() < BURST_DEADLINE, "{available} of {count} after {:?}", begun.elapsed());
        wait(&world, Duration::from_secs(2));
    };
    let whole = begun.elapsed();
    assert_eq!(available, count);
    assert!(refused >= 100.0, "so few calls were refused that nothing was tried: {refused}");
    let machine = world.local.outputs().state_machine_arn.clone();
    assert_eq!(sum(&world, "AWS/States", "ExecutionsFailed", ("StateMachineArn", &machine)), 0.0);
    for alarm in ["FilesFailed", "ExecutionsFailed", "IntakeDlq"] {
        assert!(told(&world, alarm).is_empty(), "{alarm}: {:?}", told(&world, alarm));
    }
    println!(
        "{count} files: uploaded within {uploaded:.0?}, all available after {whole:.0?}; {refused} calls of process \
         refused in the first minute, {} in all",
        throttles(&world, "process")
    );
    world.stop();
}

#[test]
fn a_page_gets_through_a_burst_that_takes_all_concurrency() {
    let Some(count) = count() else { return };
    let world = World::start_with(|options| {
        options.clock_speed = 20;
        options.parameters.push(("PageReservedConcurrency".to_owned(), "2".to_owned()));
    });
    subscribe_on_call(&world);
    world.run(async {
        world.local.limit_concurrency(Some(CONCURRENCY)).await.expect("a limit");
        // Each run of process takes its time, so that what is not reserved is in use all the while.
        let slow = EndpointFault::late(FaultyService::S3, "GetObject", Duration::from_secs(3));
        world.local.set_faults(&[slow]).await.expect("a fault");
    });
    upload_more_than_can_run(&world, count);
    let (page, others) = (throttles(&world, "page"), throttles(&world, "process"));
    let queue = world.local.outputs().notify_dlq_url.clone();
    let begun = Instant::now();
    world.aws(&["sqs", "send-message", "--queue-url", &queue, "--message-body", "an outcome that nobody was told"]);
    let notice = loop {
        if let Some(notice) = told(&world, "NotifyDlq").into_iter().next() {
            break notice;
        }
        assert!(begun.elapsed() < PAGE_DEADLINE, "no page after {:?}", begun.elapsed());
        wait(&world, Duration::from_millis(100));
    };
    println!(
        "{count} files, {CONCURRENCY} runs at once: the page `{}` came after {:.1?}; {others} calls of process and {page} of \
         page refused before it",
        notice.subject,
        begun.elapsed()
    );
    // No assertion that page itself is never throttled: what is reserved is also the most that run at once, and the
    // alarms of a flood ring together.
    world.stop();
}

/// Waits within the world's runtime.
fn wait(world: &World, time: Duration) {
    world.run(async { sleep(time).await });
}

/// Uploads a burst, and waits until more runs of process are wanted than there can be.
fn upload_more_than_can_run(world: &World, count: usize) {
    upload(world, count);
    let begun = Instant::now();
    while throttles(world, "process") < 100.0_f64.min(count as f64) {
        assert!(begun.elapsed() < BURST_DEADLINE, "process is not throttled");
        wait(world, Duration::from_millis(200));
    }
}
