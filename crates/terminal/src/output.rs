//! Where a command's words go: a person's tables or a script's JSON on stdout, progress on stderr.
//!
//! Everything for a terminal goes through here, and through [`inert`]: what no command has escaped before is escaped now.
//! Only ends of lines and colours pass. JSON keeps its data and has no character in it that drives a terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use atalaya_contract::inert;
use serde::Serialize;

use crate::exit::{Failure, Verdict};
use crate::{human, style, table};

/// The exit code of a process that Ctrl-C ended, as shells count.
const INTERRUPTED: u8 = 130;
/// What makes a terminal forget what it shows.
const CLEAR: &str = "\x1b[H\x1b[2J\x1b[3J";

/// The terminal, or the pipe, that the command talks to.
#[derive(Debug)]
pub struct Output {
    json: bool,
    /// One object has been printed; a failure after it must not print a second one.
    answered: bool,
    /// Nothing at all is said.
    silent: bool,
}

impl Output {
    /// `json`: one JSON document on stdout and nothing else there.
    pub const fn new(json: bool) -> Self {
        Self { json, answered: false, silent: false }
    }

    /// For a question within a command that has said where it asks.
    pub const fn silent() -> Self {
        Self { json: false, answered: false, silent: true }
    }

    /// Whether a script reads.
    pub const fn is_json(&self) -> bool {
        self.json
    }

    /// A line for a person, on stdout; nothing when a script reads.
    pub fn line(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        to_stdout(text.as_ref())
    }

    /// A stored document, byte for byte, on stdout; nothing when a script reads JSON. On a terminal characters that would
    /// steer it are spelt out.
    pub fn document(&mut self, text: &str) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        if io::stdout().is_terminal() {
            let lines: Vec<_> = text.lines().map(|line| inert::text(line).to_string()).collect();
            return self.line(lines.join("\n"));
        }
        let mut stdout = io::stdout().lock();
        landed(io::Write::write_all(&mut stdout, text.as_bytes()).and_then(|()| io::Write::flush(&mut stdout)))
    }

    /// A line about what is going on: on stdout for a person, on stderr beside a script's JSON.
    pub fn progress(&self, text: impl AsRef<str>) -> Result<(), Failure> {
        if self.json {
            self.note(text);
            return Ok(());
        }
        to_stdout(text.as_ref())
    }

    /// A remark beside the answer, on stderr.
    pub fn note(&self, text: impl AsRef<str>) {
        if self.silent {
            return;
        }
        // Where stderr is closed nobody misses a remark.
        let _ = to_stderr(text.as_ref());
    }

    /// The answer for a script, on stdout: indented on a terminal, else one line.
    pub fn answer(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        if !self.json {
            return Ok(());
        }
        self.answered = true;
        let text =
            if io::stdout().is_terminal() { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
        let text = text.map_err(|error| Failure::internal(format!("the answer cannot be written as JSON: {error}")))?;
        print(io::stdout().lock(), &inert::json(&text))
    }

    /// Tells how the command ended, and turns it into the exit code.
    pub fn finish(&mut self, result: Result<Verdict, Failure>) -> ExitCode {
        let told = match result {
            Ok(verdict) => return ExitCode::from(verdict.code()),
            Err(Failure::NobodyListens) => return ExitCode::SUCCESS,
            Err(Failure::Interrupted) => {
                self.note("stopped; nothing is left running");
                return ExitCode::from(INTERRUPTED);
            }
            Err(Failure::Told(told)) => told,
        };
        if self.json && !self.answered {
            // Nothing can be done when this fails: the exit code tells.
            let _ = self.answer(&serde_json::json!({ "error": &*told }));
        } else {
            self.note(format!("{}: {}", style::paint(style::BAD, "error"), indented(told.message())));
            if let Some(hint) = told.advice() {
                // The lines after the first stand below the hint's text.
                let hint = human::wrap(hint, "       ", table::terminal_width());
                self.note(format!("{}: {}", style::paint(style::STRONG, " hint"), indented(hint.trim_start())));
            }
        }
        ExitCode::from(told.code())
    }
}

/// The text with all lines but the first indented: none of them can pass for one of the command's own.
fn indented(text: &str) -> String {
    let indent = |line: &str| if line.starts_with("  ") { line.to_owned() } else { format!("  {line}") };
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default().to_owned();
    std::iter::once(first).chain(lines.map(indent)).collect::<Vec<_>>().join("\n")
}

/// Writes a line for a person on stdout.
///
/// # Errors
/// It cannot be written.
pub fn to_stdout(text: &str) -> Result<(), Failure> {
    print(anstream::stdout().lock(), &inert::screen(text))
}

/// Writes a line for a person on stderr.
///
/// # Errors
/// It cannot be written.
pub fn to_stderr(text: &str) -> Result<(), Failure> {
    print(anstream::stderr().lock(), &inert::screen(text))
}

/// Clears the terminal and draws a screen on it.
///
/// # Errors
/// It cannot be written.
pub fn redraw(screen: &str) -> Result<(), Failure> {
    print(anstream::stdout().lock(), &format!("{CLEAR}{}", inert::screen(screen)))
}

/// Asks on stderr, since stdout may be a script's; the answer is to stand on the same line.
///
/// # Errors
/// It cannot be written.
pub fn ask(question: &str) -> io::Result<()> {
    let mut stderr = anstream::stderr().lock();
    write!(stderr, "{}", inert::screen(question)).and_then(|()| stderr.flush())
}

/// Writes one line; a reader that has gone is no error to talk about.
fn print(mut stream: impl io::Write, text: &str) -> Result<(), Failure> {
    landed(writeln!(stream, "{text}").and_then(|()| stream.flush()))
}

/// What came of a write.
fn landed(written: io::Result<()>) -> Result<(), Failure> {
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::NobodyListens,
        _ => Failure::unreadable(format!("cannot write the output: {error}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_behind_the_first_of_an_error_are_indented() {
        assert_eq!(indented("a\nerror: b\n    c"), "a\n  error: b\n    c");
    }
}
