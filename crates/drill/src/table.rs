//! The table of drills in `runbooks/README.md`.

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
    let cell = |seconds: Option<f64>| seconds.map_or_else(|| "–".to_owned(), minutes);
    format!(
        "| [{}]({alarm}.md) | {} | {} | {} | {} | {} | {} |",
        drill.name,
        drill.fault,
        cell(times.detect),
        cell(times.page),
        minutes(times.commands),
        cell(times.settle),
        if drill.passed { cell(times.recover()) } else { "**failed**".to_owned() },
    )
}

/// `12 s`, `3 min`, `3 min 20 s`, `2 h 05 min`.
pub(crate) fn minutes(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, _) if seconds < 9.95 => format!("{seconds:.1} s"),
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
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

    #[test]
    fn times_are_told_in_their_unit() {
        let told = [0.42, 12.3, 59.9, 180.0, 200.0, 7500.0].map(minutes);
        assert_eq!(told, ["0.4 s", "12 s", "1 min", "3 min", "3 min 20 s", "2 h 05 min"]);
    }
}
