//! Drills.

use std::path::PathBuf;

use clap::Args;

/// `atalaya drill`.
#[derive(Debug, Args)]
#[command(after_help = "\
A drill breaks something in a local AWS of its own, waits for the alarm and the
page, runs the commands of the alarm's runbook as they are printed, and looks
whether every file, output and notice is as it must be. Nothing of a running
local AWS or of AWS itself is touched, and nothing is left running.

Examples:
  atalaya drill --list                     what drills there are
  atalaya drill FilesFailed                every drill of one alarm
  atalaya drill FilesFailed/bad-release    the one of this cause
  atalaya drill --all                      all of them, two at a time
  atalaya drill --all --table              and write their times to
                                           runbooks/README.md
  atalaya drill IntakeDlq --runbooks DIR   with the runbooks of another folder")]
pub(crate) struct DrillArgs {
    /// Alarms, or ALARM/CAUSE
    #[arg(value_name = "NAME", required_unless_present_any = ["all", "list"])]
    pub(crate) names: Vec<String>,
    /// Run all drills
    #[arg(long, conflicts_with_all = ["names", "list"])]
    pub(crate) all: bool,
    /// Say which drills there are, and run none
    #[arg(long, conflicts_with = "names")]
    pub(crate) list: bool,
    /// Run so many drills at a time, each in a local AWS of its own
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) jobs: u8,
    /// Run the runbooks of this folder, not those that the program brings along
    #[arg(long, value_name = "FOLDER")]
    pub(crate) runbooks: Option<PathBuf>,
    /// Write the table of times into runbooks/README.md, when all drills have passed
    #[arg(long, requires = "all")]
    pub(crate) table: bool,
}
