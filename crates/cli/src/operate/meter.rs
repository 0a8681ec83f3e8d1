//! How far the work is: a bar on a terminal, elsewhere a line now and then, both on stderr.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use atalaya_terminal::{human, output};

/// How long a log without a terminal stays silent.
const SILENCE: Duration = Duration::from_secs(5);
/// Less is done before a bar could be read.
const WORTH_A_BAR: u64 = 10;

/// Counts what is done of a known number.
pub(super) struct Meter {
    doing: &'static str,
    total: u64,
    done: u64,
    begun: Instant,
    told: Instant,
    bar: ProgressBar,
    to_lines: bool,
}

impl Meter {
    /// Nothing is done yet. `doing` is what the line says, such as `begun`.
    pub(super) fn new(doing: &'static str, total: usize) -> Self {
        let total = total as u64;
        let bar = if total < WORTH_A_BAR { ProgressBar::hidden() } else { ProgressBar::new(total) };
        let style = ProgressStyle::with_template("  {bar:30} {human_pos} of {human_len} {msg}, {rate}, {eta} left")
            .expect("the template is right: a test renders it")
            .with_key("rate", rate);
        let bar = bar.with_style(style).with_message(doing);
        let now = Instant::now();
        Self { doing, total, done: 0, begun: now, told: now, bar, to_lines: !std::io::stderr().is_terminal() }
    }

    /// One more is done.
    pub(super) fn advance(&mut self) {
        self.done += 1;
        self.bar.inc(1);
        self.tell();
    }

    /// Says how far it is, when nothing was said for a while.
    pub(super) fn tell(&mut self) {
        if self.to_lines && self.told.elapsed() >= SILENCE {
            self.told = Instant::now();
            let (done, total) = (human::count(self.done), human::count(self.total));
            let took = human::duration(self.begun.elapsed());
            // Where stderr is closed nobody misses it.
            let _ = output::to_stderr(&format!("  {done} of {total} {} after {took}", self.doing));
        }
    }

    /// The bar goes.
    pub(super) fn end(self) -> Duration {
        self.bar.finish_and_clear();
        self.begun.elapsed()
    }
}

/// How many are done in a second, without decimals that change all the time.
fn rate(state: &ProgressState, text: &mut dyn std::fmt::Write) {
    // Writing to a bar's text cannot fail.
    let _ = write!(text, "{:.0}/s", state.per_sec());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_counted() {
        let mut meter = Meter::new("begun", 12);
        for _ in 0..12 {
            meter.advance();
        }
        assert_eq!((meter.done, meter.bar.position(), meter.bar.length()), (12, 12, Some(12)));
        assert!(meter.end() < Duration::from_secs(60));
    }
}
