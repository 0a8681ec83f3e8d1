//! What the message of an alarm says, and to whom: files, graph, next step, and what another page says already. That
//! each alarm rings, is told and ends, the drills show. The evaluator's clock runs ahead of the wall's; faults and
//! calls are real.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use atalaya_cloudwatch::alarm::State;
use atalaya_contract::FileState;
use atalaya_local::{Notice, OnCall};

use crate::world::{World, eventually, readings, set_variable};

/// How many of the evaluator's seconds pass in one of ours.
const CLOCK_SPEED: u32 = 20;

/// A world with somebody on call, whose feed `readings` has alarms of its own.
fn world() -> World {
    let world = World::start_with(|options| {
        options.clock_speed = CLOCK_SPEED;
        options.feeds = vec!["readings".to_owned()];
    });
    world.run(async {
        world.local.subscribe_on_call(OnCall::Page, "pager").await.expect("subscribes");
        world.local.subscribe_on_call(OnCall::Ticket, "tickets").await.expect("subscribes");
    });
    world
}

/// Waits until the alarm is in the state, doing something again and again meanwhile.
fn alarm_goes(world: &World, name: &str, state: State, mut meanwhile: impl FnMut()) {
    let name = format!("atalaya-{name}");
    eventually(&format!("{name} in {}", state.as_str()), || {
        meanwhile();
        let found = world.local.alarm_state(&name);
        if found == Some(state) { Ok(()) } else { Err(format!("{found:?}")) }
    });
}

/// Waits for a message to `user` whose subject holds all these words.
fn told(world: &World, user: &str, words: &[&str]) -> Notice {
    eventually(&format!("{user} told of {words:?}"), || {
        let notices: Vec<_> = world.local.notices().into_iter().filter(|notice| notice.user == user).collect();
        let about = |notice: &&Notice| words.iter().all(|word| notice.subject.contains(word));
        let found = notices.iter().find(about).cloned();
        found.ok_or_else(|| format!("{:?}", notices.iter().map(|notice| &notice.subject).collect::<Vec<_>>()))
    })
}

/// Opens the graph of a page as its reader does, without credentials: it is a picture of the size that was asked for.
fn shows_its_graph(page: &Notice) {
    let told = page.message.as_ref().and_then(|document| document["graph_url"].as_str());
    let link = told.and_then(|url| url.strip_prefix("http://"));
    let link = link.unwrap_or_else(|| panic!("no link to a graph in {}", page.text));
    let (host, path) = link.split_once('/').expect("a path in the bucket");
    let mut connection = TcpStream::connect(host).expect("the store of pictures answers");
    write!(connection, "GET /{path} HTTP/1.0\r\nHost: {host}\r\n\r\n").expect("asked");
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).expect("answered");
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head and a body");
    let (head, picture) = (String::from_utf8_lossy(&answer[..end]), &answer[end + 4..]);
    assert!(head.contains(" 200 ") && head.to_lowercase().contains("content-type: image/png"), "{head}");
    // How a PNG begins: its mark, then the length and the name of the header, then width and height.
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n") && picture.len() > 1000, "{} bytes", picture.len());
    let size =
        [&picture[16..20], &picture[20..24]].map(|side| u32::from_be_bytes(side.try_into().expect("four bytes")));
    assert_eq!(size, [800, 400]);
}

#[test]
fn a_rejected_file_is_told_to_its_feed_and_to_the_desk_until_a_good_one_comes() {
    let world = world();
    let bad = world.put("readings/bad.csv", "station,taken_at,celsius,observer\nx,y,z,\n");
    world.ended(&bad, FileState::Rejected);
    alarm_goes(&world, "RejectRate-readings", State::Alarm, || {});
    let ticket = told(&world, "tickets", &["ALARM", "RejectRate", "readings"]);
    let step = format!("atalaya rejects {bad}");
    for part in [bad.as_str(), "RejectRate.md", &step] {
        assert!(ticket.text.contains(part), "{part} in {}", ticket.text);
    }
    let feed = told(&world, "everyone", &["readings", "break its contract"]);
    assert_eq!((&*feed.attributes["dataset"], &*feed.attributes["event"]), ("readings", "FeedAlarm"));

    let good = world.put("readings/good.csv", readings("REC01", 50));
    world.ended(&good, FileState::Available);
    alarm_goes(&world, "RejectRate-readings", State::Ok, || {});
    told(&world, "tickets", &["OK after", "RejectRate", "readings"]);
    let woken: Vec<_> = world.local.notices().into_iter().filter(|notice| notice.user == "pager").collect();
    assert!(woken.is_empty(), "nobody was to be woken: {woken:?}");
    world.stop();
}

#[test]
fn a_failing_function_pages_with_the_files_and_quiets_what_follows_from_it() {
    let world = world();
    let real = set_variable(&world, "process", "ATALAYA_CURATED_BUCKET", "of-a-bad-release");
    let mut sent = Vec::new();
    let mut send = || {
        let id = world.put(&format!("readings/{}.csv", sent.len()), readings(&format!("FUN{:02}", sent.len()), 3));
        world.ended(&id, FileState::Failed);
        sent.push(id);
    };
    send();
    alarm_goes(&world, "FilesFailed", State::Alarm, || {});
    let page = told(&world, "pager", &["ALARM", "FilesFailed"]);
    alarm_goes(&world, "FunctionErrors-process", State::Alarm, &mut send);
    let step = format!("atalaya trace {}", sent[0]);
    for part in [sent[0].as_str(), "FilesFailed.md", &step] {
        assert!(page.text.contains(part), "{part} in {}", page.text);
    }
    shows_its_graph(&page);
    // Two causes at once are one trouble: its page speaks for both, and the second one is a note.
    let down = told(&world, "pager", &["ALARM", "PipelineDown"]);
    assert!(down.text.contains("FunctionErrors-process") && down.text.contains("FilesFailed"), "{}", down.text);
    shows_its_graph(&down);
    told(&world, "tickets", &["FunctionErrors", "process"]);

    set_variable(&world, "process", "ATALAYA_CURATED_BUCKET", &real);
    let mut rows = 0;
    let mut mended = || {
        rows += 1;
        let id = world.put(&format!("readings/mended-{rows}.csv"), readings("MND01", rows));
        world.ended(&id, FileState::Available);
    };
    alarm_goes(&world, "FunctionErrors-process", State::Ok, &mut mended);
    alarm_goes(&world, "FilesFailed", State::Ok, &mut mended);
    let over = told(&world, "pager", &["OK after", "FilesFailed"]);
    let lasted = over.message.as_ref().and_then(|message| message["lasted_seconds"].as_i64());
    assert!(lasted.is_some_and(|seconds| seconds >= 60), "{over:?}");
    told(&world, "pager", &["OK after", "PipelineDown"]);
    world.stop();
}
