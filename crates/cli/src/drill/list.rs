//! `atalaya drill --list`.

use serde_json::json;

use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::table;

/// Says which drills there are.
pub(super) fn run(output: &mut Output) -> Result<Verdict, Failure> {
    let drills = atalaya_drill::all();
    let told: Vec<_> = drills
        .iter()
        .map(|drill| json!({ "name": drill.name(), "alarm": drill.alarm_name(), "cause": drill.cause, "fault": drill.fault }))
        .collect();
    output.answer(&json!({ "drills": told }))?;
    let mut rows = table::new(["DRILL", "WHAT IS DONE"]);
    for drill in &drills {
        rows.add_row([drill.name(), drill.fault.to_owned()]);
    }
    output.line(table::render(&rows))?;
    output.line(paint(style::DIM, format!("\n  {} drills; run one with `atalaya drill NAME`", drills.len())))?;
    Ok(Verdict::Fine)
}
