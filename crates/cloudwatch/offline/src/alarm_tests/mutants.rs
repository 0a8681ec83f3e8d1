//! Would the tests notice a changed alarm?

use atalaya_cloudwatch_testing::{Category, MutationReport, Suite, Survivor};

use atalaya_terminal::exit::Failure;
use atalaya_terminal::human;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

use super::report::NAME;

/// Letters of a change in one line; rules are longer.
const LINE: usize = 70;

/// Changes every alarm, and prints what came of it.
pub(super) fn run(suite: &Suite, output: &mut Output) -> Result<Vec<MutationReport>, Failure> {
    output.line(format!("\n{}", paint(style::STRONG, "Changed alarms, one change each")))?;
    let mut reports = Vec::with_capacity(suite.definitions());
    for index in 0..suite.definitions() {
        let report = suite.mutate(index);
        tell(&report, output)?;
        reports.push(report);
    }
    summary(&reports, output)?;
    Ok(reports)
}

/// Whether each change that must be noticed was.
pub(super) fn all_noticed(reports: &[MutationReport]) -> bool {
    reports.iter().all(|report| report.survivors_of(Category::Required).next().is_none())
}

fn tell(report: &MutationReport, output: &mut Output) -> Result<(), Failure> {
    if let Some(reason) = report.skipped {
        return output.line(format!("  {} {}: not tried, for {reason}", paint(style::WARN, "–"), report.alarm));
    }
    let survived: Vec<_> = report.survivors_of(Category::Required).collect();
    let noticed = format!("{} noticed", report.killed[0]);
    let (mark, result) = if survived.is_empty() {
        (paint(style::GOOD, "✓"), noticed)
    } else {
        let not = paint(style::BAD, format!("{} not", survived.len()));
        (paint(style::BAD, "✗"), format!("{noticed}, {not}"))
    };
    output.line(format!("  {mark} {:<NAME$}  {result}", report.alarm))?;
    survived.into_iter().try_for_each(|survivor| output.line(format!("      {}", change(survivor))))
}

/// `Threshold 1 → 2`, in three lines where the values are long.
fn change(survivor: &Survivor) -> String {
    let Survivor { field, from, to, .. } = survivor;
    let line = format!("{field}  {from} → {to}");
    if line.chars().count() <= LINE {
        return line;
    }
    let cut = |text: &str| human::shorten(text, LINE - 10);
    format!("{field}\n        {}\n      → {}", cut(from), cut(to))
}

fn summary(reports: &[MutationReport], output: &mut Output) -> Result<(), Failure> {
    let noticed = |category: usize| reports.iter().map(|report| report.killed[category]).sum::<usize>();
    let unnoticed = |category| reports.iter().map(|report| report.survivors_of(category).count()).sum::<usize>();
    let invalid: usize = reports.iter().map(|report| report.invalid).sum();
    let left = unnoticed(Category::Required);
    let colour = if left == 0 { style::GOOD } else { style::BAD };
    let refused = if invalid == 0 { String::new() } else { format!(", {invalid} that CloudWatch would refuse") };
    output.line(paint(colour, format!("  {} changes noticed, {left} not{refused}", noticed(0))))?;
    let bonus = unnoticed(Category::Bonus);
    let heading = format!("  of statistics and of numbers in expressions {} noticed, {bonus} not", noticed(1));
    output.line(paint(style::DIM, heading))?;
    for report in reports {
        for line in together(report.survivors_of(Category::Bonus)) {
            output.line(paint(style::DIM, format!("    {}: {line}", report.alarm)))?;
        }
    }
    Ok(())
}

/// One line for each field: `Statistic  Sum → Average, Maximum`.
fn together<'a>(survivors: impl Iterator<Item = &'a Survivor>) -> Vec<String> {
    let mut lines: Vec<(&str, String)> = Vec::new();
    for Survivor { field, from, to, .. } in survivors {
        match lines.last_mut() {
            Some((last, line)) if *last == field => line.push_str(&format!(", {to}")),
            _ => lines.push((field, format!("{field}  {from} → {to}"))),
        }
    }
    lines.into_iter().map(|(_, line)| line).collect()
}
