//! An AWS of this machine.

use clap::{Args, Subcommand};

/// `atalaya demo`.
#[derive(Debug, Args)]
#[command(after_help = "\
Needs Rust, python3 with venv, and the network for the first run.
Nothing is left running.

Examples:
  atalaya demo                      run, show the result, leave nothing behind
  atalaya demo --stay               keep it up: a console in the browser, and the
                                    other commands in a second terminal
  atalaya demo --busy --stay        more to look at: a burst of files, and one
                                    that fails because of a bad release
  atalaya demo --json | jq .files   for a script; the steps go to stderr")]
pub(crate) struct DemoArgs {
    /// Keep the local AWS up until Ctrl-C; print the console's address and commands to try
    #[arg(long)]
    pub(crate) stay: bool,
    /// After the usual files, send a burst of 40 small ones, and one that fails for real; then fix what made it fail
    #[arg(long)]
    pub(crate) busy: bool,
}

/// `atalaya local …`.
#[derive(Debug, Subcommand)]
pub(crate) enum LocalCommand {
    /// Start it, deploy Atalaya, and keep it up until Ctrl-C or `atalaya local down`
    #[command(after_help = "\
Run it from the project's folder, and the other commands in a second terminal:
they find it by themselves.

Examples:
  atalaya local up
  atalaya contract publish contracts/*.odcs.yaml     in a second terminal
  atalaya upload 2013.csv --dataset flights --wait")]
    Up(LocalUpArgs),
    /// Stop it
    Down,
    /// Say whether it runs, and where
    Status,
}

/// `atalaya local up`.
#[derive(Debug, Args)]
pub(crate) struct LocalUpArgs {
    /// Listen on this port of 127.0.0.1; default: a free one
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
    /// Let CloudWatch's clock run so many times as fast: a minute of an alarm's takes a second at 60
    #[arg(long, value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub(crate) clock_speed: u32,
}
