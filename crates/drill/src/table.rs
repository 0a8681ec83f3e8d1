//! The table of drills in `runbooks/README.md`.

use std::time::Duration;

use atalaya_contract::format;

use crate::{DrillReport, Report};

/// What stands before and after the table.
const MARKS: (&str, &str) = ("<!-- drills: begin -->", "<!-- drills: end -->");

/// The table as Markdown, with a sentence on what its times are.
#[must_use]
pub fn table(report: &Report) -> String {
    let mut lines = vec![
        "| drill | what is done | alarm after | page after | commands | over after | in all |".to_owned(),
        "|---|---|---:|---:|---:|---:|---:|".to_owned(),
    ];
    lines.extend(report.drills.iter().map(row));
    let totals = &report.totals;
    lines.push(String::new());
    lines.push(format!(
        "*Alarm after* the fault and *over after* the last command are on CloudWatch's clock, *page after* the alarm \
         and *commands* on the wall's: what on-call would wait for. {} drills took {:.0} min on a machine with {} \
         processors. Afterwards {} objects had been uploaded and {} files were in a final state, {} of them after a new \
         attempt; no output twice, no notice twice.",
        report.drills.len(),
        (report.seconds / 60.0).ceil(),
        std::thread::available_parallelism().map_or(1, usize::from),
        totals.objects,
        totals.files,
        totals.recovered,
    ));
    lines.join("\n")
}

fn row(drill: &DrillReport) -> String {
    let alarm = drill.name.split('/').next().unwrap_or_default();
    let times = &drill.times;
    let cell = |seconds: Option<f64>| seconds.map_or_else(|| "–".to_owned(), duration);
    format!(
        "| [{}]({alarm}.md) | {} | {} | {} | {} | {} | {} |",
        drill.name,
        drill.fault,
        cell(times.detect),
        cell(times.page),
        duration(times.commands),
        cell(times.settle),
        if drill.passed { cell(times.recover()) } else { "**failed**".to_owned() },
    )
}

fn duration(seconds: f64) -> String {
    format::duration(Duration::from_secs_f64(seconds))
}

/// A page with the table between its marks; `None` when the page has none.
#[must_use]
pub fn written(page: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(MARKS.0)?;
    let (_, after) = rest.split_once(MARKS.1)?;
    Some(format!("{before}{}\n{table}\n{}{after}", MARKS.0, MARKS.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_goes_between_its_marks() {
        let page = format!("before\n{}\nold\n{}\nafter\n", MARKS.0, MARKS.1);
        let new = written(&page, "new").expect("it has marks");
        assert_eq!(new, format!("before\n{}\nnew\n{}\nafter\n", MARKS.0, MARKS.1));
        assert_eq!(written(&new, "new").as_deref(), Some(new.as_str()));
        assert_eq!(written("no marks", "new"), None);
    }
}
