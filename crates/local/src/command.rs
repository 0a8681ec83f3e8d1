//! Programs that run to their end while their lines are told.

use std::{collections::VecDeque, process::Stdio};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::Command,
};

use crate::LocalError;

/// How many last lines of a program an error shows.
const LAST_LINES: usize = 25;

/// A program, what it is for, and what to do when it cannot be started.
pub(crate) struct Run {
    pub(crate) what: &'static str,
    pub(crate) remedy: &'static str,
    pub(crate) command: Command,
}

impl Run {
    /// Runs the program to its end. `out` gets every line of standard output, `err` of standard error. When this is
    /// dropped before the end, the program is killed.
    pub(crate) async fn lines(
        mut self,
        mut out: impl FnMut(&str),
        mut err: impl FnMut(&str),
    ) -> Result<(), LocalError> {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let program = self.command.as_std().get_program().to_string_lossy().into_owned();
        let mut child = self.command.spawn().map_err(|source| self.program(&program, source))?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let mut last = VecDeque::new();
        let (read_out, read_err) = tokio::join!(
            each_line(stdout.expect("standard output is piped"), |line| out(line)),
            each_line(stderr.expect("standard error is piped"), |line| {
                remember(&mut last, line);
                err(line);
            }),
        );
        read_out.and(read_err).map_err(|source| self.program(&program, source))?;
        let status = child.wait().await.map_err(|source| self.program(&program, source))?;
        if status.success() {
            return Ok(());
        }
        let output = Vec::from(last).join("\n");
        Err(LocalError::Failed { what: self.what, status: status.to_string(), output })
    }

    fn program(&self, program: &str, source: std::io::Error) -> LocalError {
        LocalError::Program { program: program.to_owned(), remedy: self.remedy, source }
    }
}

fn remember(last: &mut VecDeque<String>, line: &str) {
    if last.len() == LAST_LINES {
        last.pop_front();
    }
    last.push_back(line.to_owned());
}

async fn each_line(stream: impl AsyncRead + Unpin, mut tell: impl FnMut(&str)) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).await? > 0 {
        tell(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    Ok(())
}
