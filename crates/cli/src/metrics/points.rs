//! `atalaya metrics NAME`: the points of one metric, or of its series by feed, stage or whatever it is split by.

use crate::connect;
use atalaya_document::nearest;
use comfy_table::Cell;
use jiff::Timestamp;

use super::series::{Asked, Course};
use atalaya_operations::cloudwatch::CloudWatch;
use atalaya_terminal::chart;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// Points that a terminal shows: the newest.
const POINTS: usize = 12;
/// Columns of a course, and its rows.
const CHART: (usize, usize) = (60, 6);

/// Reads and prints.
pub(super) async fn run(
    cloudwatch: &CloudWatch,
    asked: &Asked,
    name: &str,
    output: &mut Output,
) -> Result<Verdict, Failure> {
    let metrics = asked.metrics(cloudwatch, Some(name)).await?;
    if metrics.is_empty() {
        return Err(unknown(cloudwatch, asked, name).await?);
    }
    let courses = asked.read(cloudwatch, metrics).await?;
    let answer: Vec<_> = courses.iter().map(Course::json).collect();
    output.answer(&serde_json::json!({ "period": asked.period, "metrics": answer }))?;
    if courses.is_empty() {
        output.line(format!(
            "{name} has no data in the last {}; --since 7d looks further back",
            human::span(asked.since)
        ))?;
    } else if !output.is_json() {
        let drawn = table::terminal_width().is_some();
        let all: Vec<_> = courses.iter().map(|course| tell(course, asked, drawn)).collect();
        output.line(all.join("\n\n"))?;
    }
    Ok(Verdict::Fine)
}

/// Why nothing is found.
async fn unknown(cloudwatch: &CloudWatch, asked: &Asked, name: &str) -> Result<Failure, Failure> {
    let others = cloudwatch.metrics(asked.namespace.as_deref(), None, asked.since).await.map_err(connect::cloud)?;
    let namespace = asked.namespace.as_ref().map(|namespace| format!(" of {namespace}")).unwrap_or_default();
    if others.iter().any(|metric| metric.name == name) {
        let failure = Failure::not_found(format!("no metric `{name}`{namespace} has these dimensions"));
        return Ok(failure.hint(format!("`atalaya metrics {name}` without them shows those that there are")));
    }
    let failure =
        Failure::not_found(format!("no metric `{name}`{namespace} has data in the last {}", human::span(asked.since)));
    Ok(failure.hint(match nearest::word(name, others.iter().map(|metric| metric.name.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`atalaya metrics` lists those that have; --since looks further back, --namespace elsewhere".to_owned(),
    }))
}

/// One series: its course where a terminal shows it, and its newest points, or all of them where it goes elsewhere.
fn tell(course: &Course, asked: &Asked, drawn: bool) -> String {
    let (unit, description) = Course::known(&course.metric);
    let heading = format!(
        "{}  {}{}, each {}",
        paint(style::STRONG, &course.metric),
        course.statistic,
        unit.map(|unit| format!(" ({unit})")).unwrap_or_default(),
        human::period(asked.period)
    );
    let mut lines = vec![heading];
    lines.extend(description.map(|text| paint(style::DIM, format!("  {text}"))));
    let shown = if drawn { course.points.len().saturating_sub(POINTS) } else { 0 };
    if drawn {
        let (columns, height) = CHART;
        let drawing = chart::Course { points: &course.points, start: asked.start, end: asked.end };
        lines.push(chart::framed(drawing, columns, height, None));
    }
    let mut points = table::new(["period from (UTC)", "value"]);
    table::right_align(&mut points, &[1]);
    for (at, value) in &course.points[shown..] {
        let at = Timestamp::from_second(*at).map(human::time).unwrap_or_default();
        points.add_row([Cell::new(at), Cell::new(human::figure(*value))]);
    }
    lines.push(table::render(&points));
    if shown > 0 {
        lines
            .push(paint(style::DIM, format!("  … and {} older ones; --json has them all", human::count(shown as u64))));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use atalaya_cloudwatch::{MetricId, Statistic};
    use clap::Parser as _;

    use super::*;
    use crate::args::{Cli, Command};

    #[test]
    fn a_series_is_told_with_its_newest_points() {
        let Command::Metrics(args) = Cli::parse_from(["atalaya", "metrics", "FileLatency"]).command else {
            panic!("the command of the line");
        };
        let asked = Asked::new(&args, 10_800).expect("valid");
        let points = (0..20).map(|minute| (minute * 60, f64::from(minute as u8) * 100.0)).collect();
        let metric = MetricId::new("Atalaya", "FileLatency", [("Dataset", "orders")]);
        let course = Course { metric, statistic: Statistic::Percentile(95.0), points };
        let text = anstream::adapter::strip_str(&tell(&course, &asked, true)).to_string();
        for part in [
            "Atalaya FileLatency {Dataset=orders}  p95 (Milliseconds), each 1 min",
            "From the object's creation",
            "█",
            "1970-01-01 00:19:00  1,900",
            "… and 8 older ones",
        ] {
            assert!(text.contains(part), "`{part}` is missing:\n{text}");
        }
        let piped = tell(&course, &asked, false);
        assert!(!piped.contains('█') && piped.contains("1970-01-01 00:00:00"), "{piped}");
    }
}
