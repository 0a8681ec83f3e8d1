//! Small inputs that were judged wrongly once, with what is right: `cases/engine.json` beside the reference data.

use std::path::Path;

use atalaya_contract::parse;
use serde_json::Value;

use crate::harness::{Run, check, read_json};

#[test]
fn what_was_judged_wrongly_once_is_judged_rightly() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/engine.json");
    if !path.exists() {
        println!("skipped: the cases are not beside the repository");
        return;
    }
    let cases = read_json(&path);
    let cases = cases["cases"].as_array().expect("a list of cases");
    let wrong: Vec<String> = cases.iter().filter_map(difference).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// What a case is judged otherwise than it should be.
fn difference(case: &Value) -> Option<String> {
    let (id, expect) = (case["id"].as_str().expect("an id"), &case["expect"]);
    let exits: Vec<u64> = expect["exit"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let contract = match parse(&case["contract"].to_string()) {
        Ok(contract) => contract,
        Err(violations) => return (!exits.contains(&2)).then(|| format!("{id}: {violations}")),
    };
    let run = check(&contract, case["input"].as_str().expect("a text").as_bytes());
    let exit = match (run.is_available(), run.verdict.unreadable) {
        (true, _) => 0,
        (false, false) => 1,
        (false, true) => 3,
    };
    let is_exit = exits.is_empty() || exits.contains(&exit);
    let agrees =
        is_exit && outcome(&run, expect) && rows(&run, expect) && message(&run, expect) && values(&run, expect);
    (!agrees).then(|| format!("{id}: {:?} {:?}", run.verdict, run.texts()))
}

fn outcome(run: &Run, expect: &Value) -> bool {
    expect["outcome"].as_str().is_none_or(|outcome| run.is_available() == (outcome == "available"))
}

fn rows(run: &Run, expect: &Value) -> bool {
    let counts =
        |key: &str| expect.get(key).map(|rows| ["read", "accepted", "rejected"].map(|of| rows[of].as_u64().unwrap()));
    counts("rows").is_none_or(|rows| rows == run.counts()) && counts("rows_not").is_none_or(|rows| rows != run.counts())
}

fn message(run: &Run, expect: &Value) -> bool {
    expect["message_not"].as_str().is_none_or(|part| !format!("{:?}", run.rejects).contains(part))
}

/// Values as a person would write them; a point in time there has a blank for `T` and an offset for `Z`.
fn values(run: &Run, expect: &Value) -> bool {
    let text = |cell: &Value| {
        cell.as_str().map_or("∅".to_owned(), |text| match text.strip_suffix("+00:00") {
            Some(instant) => format!("{}Z", instant.replace(' ', "T")),
            None => text.to_owned(),
        })
    };
    let row = |row: &Value| row.as_array().expect("a row").iter().map(text).collect::<Vec<_>>();
    expect["values"].as_array().is_none_or(|rows| rows.iter().map(row).collect::<Vec<_>>() == run.texts())
}
