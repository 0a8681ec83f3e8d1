//! `atalaya metrics`: every metric that has data.

use std::fmt::Write as _;

use super::series::{Asked, Course};
use atalaya_operations::cloudwatch::CloudWatch;
use atalaya_terminal::chart::{self, sparkline};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// Columns of a sparkline.
const SPARK: usize = 24;

/// Reads and prints.
pub(super) async fn run(cloudwatch: &CloudWatch, asked: &Asked, output: &mut Output) -> Result<Verdict, Failure> {
    let metrics = asked.metrics(cloudwatch, None).await?;
    let courses = asked.read(cloudwatch, metrics).await?;
    let answer: Vec<_> = courses.iter().map(Course::json).collect();
    output.answer(&serde_json::json!({ "period": asked.period, "metrics": answer }))?;
    if courses.is_empty() {
        let of = asked.namespace.as_ref().map(|namespace| format!(" of {namespace}")).unwrap_or_default();
        return output
            .line(format!(
                "no metric{of} has data in the last {}; --since 7d looks further back",
                human::span(asked.since)
            ))
            .map(|()| Verdict::Fine);
    }
    if !output.is_json() {
        output.line(listing(&courses, asked, table::terminal_width().is_some()))?;
    }
    Ok(Verdict::Fine)
}

/// The metrics of each namespace, those of one name under a heading that says what it is. A course is drawn where a
/// terminal shows it.
fn listing(courses: &[Course], asked: &Asked, drawn: bool) -> String {
    let widest = |text: fn(&Course) -> String| courses.iter().map(|course| text(course).chars().count()).max();
    let widths = [widest(Course::dimensions), widest(newest), widest(whole)].map(|width| width.unwrap_or_default());
    let mut text = String::new();
    let (mut namespace, mut name) = ("", "");
    for course in courses {
        // Writing to a string cannot fail.
        if course.metric.namespace != namespace {
            namespace = &course.metric.namespace;
            name = "";
            let heading = format!("{namespace}, the last {}", human::span(asked.since));
            let _ = writeln!(text, "{}{}", if text.is_empty() { "" } else { "\n" }, paint(style::STRONG, heading));
        }
        if course.metric.name != name {
            name = &course.metric.name;
            let _ = writeln!(text, "  {}  {}", paint(style::COMMAND, name), paint(style::DIM, about(course)));
        }
        let line = line(course, widths);
        let spark = chart::Course { points: &course.points, start: asked.start, end: asked.end };
        let spark = if drawn { format!("  {}", sparkline(spark, SPARK)) } else { String::new() };
        let _ = writeln!(text, "{}", format!("{line}{spark}").trim_end());
    }
    text.truncate(text.trim_end().len());
    text
}

/// `Count. Files whose data readers can use.`
fn about(course: &Course) -> String {
    match Course::known(&course.metric) {
        (Some(unit), Some(description)) => format!("{unit}. {description}"),
        (Some(unit), None) => unit.to_owned(),
        _ => String::new(),
    }
}

fn newest(course: &Course) -> String {
    human::figure(course.newest())
}

fn whole(course: &Course) -> String {
    let (name, value) = course.whole();
    format!("{name} {}", human::figure(value))
}

fn line(course: &Course, [dimensions, newest, whole]: [usize; 3]) -> String {
    let statistic = course.statistic.to_string();
    format!(
        "    {:<dimensions$}  {statistic:<7}  newest {:>newest$}  {:<whole$}",
        course.dimensions(),
        self::newest(course),
        self::whole(course)
    )
}

#[cfg(test)]
mod tests {
    use atalaya_cloudwatch::{MetricId, Statistic};
    use clap::Parser as _;

    use super::*;
    use crate::args::{Cli, Command};

    #[test]
    fn metrics_of_one_name_stand_together_under_what_they_mean() {
        let Command::Metrics(args) = Cli::parse_from(["atalaya", "metrics", "--all"]).command else {
            panic!("the command of the line");
        };
        let asked = Asked::new(&args, 10_800).expect("valid");
        let course =
            |metric, points: &[(i64, f64)]| Course { metric, statistic: Statistic::Sum, points: points.to_vec() };
        let courses = [
            course(MetricId::total("Atalaya", "FilesFailed"), &[(0, 2.0), (60, 1200.0)]),
            course(MetricId::new("Atalaya", "FilesFailed", [("Dataset", "orders")]), &[(60, 1.0)]),
            course(MetricId::new("Shop", "Baskets", [("Shop", "a")]), &[(10_740, 1.0)]),
        ];
        let text = anstream::adapter::strip_str(&listing(&courses, &asked, false)).to_string();
        let expected = "\
Atalaya, the last 3 h
  FilesFailed  Count. Files that the pipeline could not finish.
    all             Sum      newest 1,200  sum 1,202
    Dataset=orders  Sum      newest     1  sum 1

Shop, the last 3 h
  Baskets
    Shop=a          Sum      newest     1  sum 1";
        let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
        assert_eq!(lines(&text), lines(expected));
        assert!(listing(&courses, &asked, true).contains('█'));
    }
}
