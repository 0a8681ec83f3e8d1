//! Contracts.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `atalaya contract …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ContractCommand {
    /// Say what is wrong with a contract, and what Atalaya does not enforce
    Lint(LintArgs),
    /// Put contracts into force; a running pipeline sees them with the next file
    Publish(PublishArgs),
}

/// `atalaya contract lint`.
#[derive(Debug, Args)]
#[command(after_help = "\
Every violation is told at once, as FILE:LINE:COLUMN with a hint. What is valid
ODCS but is not enforced by Atalaya is listed, so that nobody relies on it.

Examples:
  atalaya contract lint flights.odcs.yaml
  atalaya contract lint contracts/*.odcs.yaml --json

Exit codes: 0 valid · 2 violations, or a file that cannot be read")]
pub(crate) struct LintArgs {
    /// Contracts (ODCS, YAML)
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Do not list what is valid but not enforced
    #[arg(long)]
    pub(crate) quiet: bool,
}

/// `atalaya contract publish`.
#[derive(Debug, Args)]
#[command(after_help = "\
All are checked first; one violation and none is published.

Examples:
  atalaya contract publish contracts/*.odcs.yaml
  atalaya contract publish flights.odcs.yaml --profile production")]
pub(crate) struct PublishArgs {
    /// Contracts (ODCS, YAML)
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}
