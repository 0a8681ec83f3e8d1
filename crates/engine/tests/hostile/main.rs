//! Files and contracts that are made to cost memory: each is judged in a process of its own, whose peak is measured.

mod corpus;
mod files;

use std::{fs, process::Command, sync::Arc, time::Instant};

use atalaya_contract::parse;
use atalaya_engine::{Engine, Outcome, Plan, Verdict};

use corpus::Case;

/// Peak of the resident memory of the whole process, in bytes.
const MOST: u64 = 128 << 20;

/// Names the case that a child process judges.
const CASE: &str = "ATALAYA_TEST_HOSTILE_CASE";

#[test]
fn no_file_takes_much_memory() {
    if !std::path::Path::new("/proc/self/status").exists() {
        println!("skipped: the peak of a process's memory cannot be read here");
        return;
    }
    let mut over = Vec::new();
    for case in corpus::ALL {
        let (begun, peak) = (Instant::now(), peak_of(case));
        println!("{:>6.1} MiB {:>6.1} s  {}", peak as f64 / 1_048_576.0, begun.elapsed().as_secs_f64(), case.name);
        if peak > MOST {
            over.push(case.name);
        }
    }
    assert!(over.is_empty(), "more than {} MiB: {over:?}", MOST >> 20);
}

/// Judges a case in a process of its own: the peak of its memory.
fn peak_of(case: &Case) -> u64 {
    let child = Command::new(std::env::current_exe().expect("the test's own program"))
        .args(["--ignored", "--exact", "one_file", "--nocapture", "--test-threads=1"])
        .env(CASE, case.name)
        .output()
        .expect("the test's own program runs");
    let output = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{}: {output}{}", case.name, String::from_utf8_lossy(&child.stderr));
    let peak = output.lines().find_map(|line| line.strip_prefix("peak ")).expect("the child says its peak");
    peak.parse().expect("a number")
}

#[test]
#[ignore = "a child process of no_file_takes_much_memory"]
fn one_file() {
    let Ok(name) = std::env::var(CASE) else { return };
    let case = corpus::ALL.iter().find(|case| case.name == name).expect("the case's name");
    let (verdict, list) = judge(case);
    let is_available = verdict.outcome == Outcome::Available;
    assert_eq!(is_available, case.is_available, "{:?} {:?}", verdict.rows, verdict.first_rejects);
    assert!(list <= 33 << 20, "the list of rejects has {list} bytes");
    println!("\npeak {}", peak());
}

/// The verdict on a case, and the bytes of its list of rejects.
fn judge(case: &Case) -> (Verdict, usize) {
    let contract = parse(&(case.contract)()).expect("a contract");
    let feed = contract.feed_for_check().expect("a feed");
    let plan = Plan::new(&contract, &feed).expect("a plan");
    let mut engine = Engine::new(Arc::new(plan)).expect("an engine");
    let mut list = 0;
    (case.file)(&mut |mut chunk| {
        while !chunk.is_empty() {
            chunk = &chunk[engine.feed(chunk).expect("the engine works")..];
            drop(engine.take_parquet());
            list += engine.take_rejects().len();
        }
    });
    let verdict = engine.finish().expect("the engine ends");
    (verdict, list + engine.take_rejects().len())
}

/// The most memory that this process has had, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux tells of its processes");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}
