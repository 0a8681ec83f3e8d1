//! What a test run says to a person.

use std::time::Duration;

use atalaya_cloudwatch_testing::{self as testing, AlarmReport, Coverage, LineKind};

use super::Findings;
use atalaya_terminal::exit::Failure;
use atalaya_terminal::human;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

/// Letters of an alarm's name in its line; longer names push the rest to the right.
pub(super) const NAME: usize = 36;
/// Letters of a result in its line.
const RESULT: usize = 22;
/// Columns of a page.
const PAGE: usize = 80;

/// `✓ FilesFailed    3 cases   0.4 ms`.
pub(super) fn line(report: &AlarmReport, elapsed: Duration, output: &mut Output) -> Result<(), Failure> {
    let failed = report.failed();
    let cases = human::counted(report.cases.len() as u64, "case");
    let (mark, result) = if failed == 0 {
        (paint(style::GOOD, "✓"), format!("{cases:<RESULT$}"))
    } else {
        let result = format!("{failed} of {cases} failed");
        (paint(style::BAD, "✗"), paint(style::BAD, format!("{result:<RESULT$}")))
    };
    let time = paint(style::DIM, format!("{:>9}", milliseconds(elapsed)));
    output.line(format!("  {mark} {:<NAME$}  {result}{time}", report.alarm))
}

/// Single cases take less than a millisecond, which is worth knowing.
fn milliseconds(span: Duration) -> String {
    format!("{:.1} ms", span.as_secs_f64() * 1000.0)
}

/// Each failed case in full.
pub(super) fn failures(report: &AlarmReport, output: &mut Output) -> Result<(), Failure> {
    for case in report.cases.iter().filter(|case| !case.passed()) {
        let title = format!("{}: {}", report.alarm, case.name);
        output.line(format!("\n{} {}", paint(style::BAD, "✗"), human::wrap(&title, "  ", Some(PAGE)).trim_start()))?;
        let place = format!("{}:{}  {}", report.file, case.line, case.alarm);
        output.line(paint(style::DIM, format!("  {place}")))?;
        for line in testing::explain(case) {
            let text = match line.kind {
                LineKind::Disagreement | LineKind::WrongMoment => paint(style::WARN, line.text),
                LineKind::Heading => paint(style::STRONG, line.text),
                LineKind::Moment => line.text,
            };
            output.line(text)?;
        }
    }
    Ok(())
}

/// What no case is about.
pub(super) fn coverage(coverage: &Coverage, tolerated: bool, output: &mut Output) -> Result<(), Failure> {
    if coverage.is_complete() {
        return Ok(());
    }
    let colour = if tolerated { style::WARN } else { style::BAD };
    output.line("")?;
    if !coverage.untested.is_empty() {
        let count = human::counted(coverage.untested.len() as u64, "alarm");
        output.line(paint(colour, format!("{count} without a test")))?;
        output.line(human::wrap(&coverage.untested.join(", "), "    ", Some(PAGE)))?;
    }
    if !coverage.one_sided.is_empty() {
        let count = human::counted(coverage.one_sided.len() as u64, "alarm");
        output.line(paint(colour, format!("{count} that no case expects both in OK and in ALARM")))?;
        for alarm in &coverage.one_sided {
            output.line(format!("    {}: never in {}", alarm.alarm, alarm.never.join(" nor ")))?;
        }
    }
    if !tolerated {
        output.line(paint(style::DIM, "  --allow-untested runs without asking for these"))?;
    }
    Ok(())
}

/// The last line.
pub(super) fn summary(findings: &Findings, output: &mut Output) -> Result<(), Failure> {
    let cases = human::counted(findings.cases as u64, "case");
    let verdict = if findings.failed == 0 {
        paint(style::GOOD, format!("✓ {cases} passed"))
    } else {
        paint(style::BAD, format!("✗ {} of {cases} failed", findings.failed))
    };
    let span = Duration::from_secs_f64(findings.seconds);
    let time = if span < Duration::from_millis(10) { milliseconds(span) } else { human::duration(span) };
    output.line(format!("\n{verdict}  {}", paint(style::DIM, time)))
}
