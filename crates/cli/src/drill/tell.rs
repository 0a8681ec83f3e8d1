//! How drills are told: a line a moment while they run, then the time line of each and a table of all.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atalaya_drill::{DrillReport, Event, Kind, Report, Totals};
use comfy_table::{Cell, Color};
use jiff::tz::TimeZone;

use crate::reject::sentence;
use crate::steps::Steps;
use atalaya_terminal::exit::Failure;
use atalaya_terminal::human;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::table;

/// Most letters of a moment's words in a time line: a line fits 80 columns.
const WORDS: usize = 52;

/// Tells what happens while drills run; with several at a time each line says whose it is.
pub(super) fn watcher(steps: Steps, count: usize) -> impl Fn(&Event<'_>) + Send + Sync {
    let done = AtomicUsize::new(0);
    move |event| match event {
        Event::Starting { .. } => steps.say(paint(style::DIM, "a local AWS is being started")),
        Event::Begun { drill } => steps.say(format!("{}  {}", paint(style::STRONG, drill.name()), drill.fault)),
        Event::Moment { drill, kind, what, .. } => {
            let whose = if count > 1 { format!("{}  ", paint(style::STRONG, drill.name())) } else { String::new() };
            steps.say(format!("{whose}{}  {}", mark(*kind), human::shorten(&sentence(what).to_string(), WORDS)));
        }
        Event::Done { drill, report } => {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            let took = human::duration(Duration::from_secs_f64(report.seconds));
            let verdict = verdict(report.passed);
            steps.say(format!("{verdict}  {}  after {took}; {done} of {count}", paint(style::STRONG, drill.name())));
        }
    }
}

/// A kind of moment as wide as the widest, in its colour.
fn mark(kind: Kind) -> String {
    let style = match kind {
        Kind::Fault | Kind::Failed => style::BAD,
        Kind::Alarm | Kind::Page => style::WARN,
        Kind::Block | Kind::Ended | Kind::Again => style::COMMAND,
        Kind::Recovered | Kind::Told | Kind::Checked => style::GOOD,
    };
    paint(style, format!("{:<9}", kind.as_str()))
}

fn verdict(passed: bool) -> String {
    if passed { paint(style::GOOD, "✓ passed") } else { paint(style::BAD, "✗ failed") }
}

/// Tells what came of all.
pub(super) fn result(report: &Report, output: &mut Output) -> Result<(), Failure> {
    output.answer(report)?;
    for drill in &report.drills {
        output.line(timeline(drill))?;
    }
    if report.drills.len() > 1 {
        output.line("")?;
        output.line(summary(report))?;
    }
    output.line("")?;
    output.line(totals(&report.totals))?;
    let failed = report.drills.iter().filter(|drill| !drill.passed).count();
    let took = human::duration(Duration::from_secs_f64(report.seconds));
    let count = human::counted(report.drills.len() as u64, "drill");
    output.line(match failed {
        0 => format!("  {} {count} within {took}", verdict(true)),
        failed => format!("  {} {failed} of {count} within {took}", verdict(false)),
    })
}

/// One drill's time line, and what failed.
fn timeline(drill: &DrillReport) -> String {
    let mut lines = vec![format!("\n{}  {}", paint(style::STRONG, &drill.name), drill.fault)];
    let heading = format!("  {:>8}  {:<8}  {:<9}  ", "WALL", "AWS TIME", "");
    lines.push(paint(style::DIM, heading.trim_end()));
    for moment in &drill.timeline {
        let wall = format!("+{:.1} s", moment.wall_seconds);
        let at = moment.cloudwatch.to_zoned(TimeZone::UTC).strftime("%H:%M:%S");
        let what = human::shorten(&sentence(&moment.what).to_string(), WORDS - 4);
        lines.push(format!("  {wall:>8}  {at}  {}  {what}", mark(moment.kind)));
    }
    let times = &drill.times;
    let told = [
        (times.detect, "from the fault to the alarm (CloudWatch's clock)"),
        (times.page, "from the alarm to the page"),
        (Some(times.commands), "the runbook's commands"),
        (times.settle, "until the alarm was over (CloudWatch's clock)"),
        (times.recover(), "to detect and to recover, as on-call sees it"),
    ];
    lines.extend(told.iter().filter_map(|(seconds, what)| {
        let span = human::duration(Duration::from_secs_f64((*seconds)?));
        Some(format!("  {span:>12}  {what}"))
    }));
    match &drill.failure {
        None => lines.push(format!("  {}", verdict(true))),
        Some(failure) => {
            lines.push(format!("  {}", verdict(false)));
            lines.push(human::wrap(failure, "    ", None));
        }
    }
    lines.join("\n")
}

fn summary(report: &Report) -> String {
    let mut rows = table::new(["DRILL", "", "ALARM", "PAGE", "COMMANDS", "OVER", "IN ALL"]);
    let cell = |seconds: Option<f64>| {
        seconds.map_or_else(|| "–".to_owned(), |seconds| human::duration(Duration::from_secs_f64(seconds)))
    };
    for drill in &report.drills {
        let times = &drill.times;
        let (sign, colour) = if drill.passed { ("✓", Color::Green) } else { ("✗", Color::Red) };
        rows.add_row([
            Cell::new(&drill.name),
            Cell::new(sign).fg(colour),
            Cell::new(cell(times.detect)),
            Cell::new(cell(times.page)),
            Cell::new(cell(Some(times.commands))),
            Cell::new(cell(times.settle)),
            Cell::new(cell(times.recover())),
        ]);
    }
    table::right_align(&mut rows, &[2, 3, 4, 5, 6]);
    let note = "ALARM after the fault and OVER after the commands on CloudWatch's clock";
    format!("{}\n\n  {}", table::render(&rows), paint(style::DIM, note))
}

fn totals(totals: &Totals) -> String {
    let states = totals.by_state.iter().map(|(state, files)| format!("{} {state}", human::count(*files as u64)));
    let states = states.collect::<Vec<_>>().join(", ");
    format!(
        "  {} uploaded, {} in a final state ({states})\n  {} read = {} accepted + {} rejected · {} · {} · {} after a new attempt",
        human::counted(totals.objects as u64, "object"),
        human::counted(totals.files as u64, "file"),
        human::counted(totals.rows_read, "row"),
        human::count(totals.rows_accepted),
        human::count(totals.rows_rejected),
        human::counted(totals.outputs as u64, "output"),
        human::counted(totals.notices as u64, "notice"),
        human::counted(totals.recovered as u64, "file"),
    )
}
