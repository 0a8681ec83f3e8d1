//! Contracts.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::CareArgs;

/// What `atalaya contract --help` ends with.
pub(super) const EXAMPLES: &str = "\
Examples:
  atalaya contract lint flights.odcs.yaml
  atalaya contract diff flights flights.odcs.yaml
  atalaya contract publish flights.odcs.yaml --reason 'two new columns'
  atalaya contract history flights
  atalaya contract lint --help                  examples of each command";

/// `atalaya contract …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ContractCommand {
    /// Say what is wrong with a contract, and what Atalaya does not enforce
    Lint(LintArgs),
    /// Put contracts into force; a running pipeline sees them with the next file
    Publish(PublishArgs),
    /// List the contracts that are in force
    List(ListArgs),
    /// Print the document of a contract, as it is stored
    Show(ShowArgs),
    /// Show every version of a contract: when, by whom, and what changed
    History(HistoryArgs),
    /// Compare two contracts: what breaks senders, what breaks readers
    Diff(DiffArgs),
    /// Take a contract out of force; its versions stay
    Withdraw(WithdrawArgs),
}

/// `atalaya contract lint`.
#[derive(Debug, Args)]
#[command(after_help = "\
Every violation is reported at once, as FILE:LINE:COLUMN with a hint. What is
valid ODCS but is not enforced by Atalaya is listed, so that nobody relies on it.

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
A contract is known by its id, whatever its file is called. All files are
checked first, against what is in force and against each other; one refusal and
nothing is published. Refused are a lower version than the one in force, other
content under the same version, a location that cannot match the inbox, and one
that overlaps with another contract. The same content again changes nothing.

Versions are compared as Semantic Versioning has it. Those that are none, such
as 2026-02, are compared piece by piece: digits as numbers, the rest as text.

Examples:
  atalaya contract diff flights flights.odcs.yaml      what would change
  atalaya contract publish flights.odcs.yaml --reason 'two new columns'
  atalaya contract publish contracts/*.odcs.yaml --dry-run
  atalaya contract publish flights.odcs.yaml --profile production

Exit codes: 0 in force · 1 refused · 2 a contract is not valid
            3 a call failed: run it again")]
pub(crate) struct PublishArgs {
    /// Contracts (ODCS, YAML)
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Why; it stands in the audit record
    #[arg(long, value_name = "WORDS")]
    pub(crate) reason: Option<String>,
    /// Say what would be published, and stop before the first change
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// `atalaya contract list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atalaya contract list
  atalaya contract list --json | jq -r '.contracts[] | [.id, .version] | @tsv'

Exit codes: 0 listed · 3 a call failed")]
pub(crate) struct ListArgs {}

/// `atalaya contract show`.
#[derive(Debug, Args)]
#[command(after_help = "\
Prints the document byte for byte where the output is no terminal, so that it
can be kept in a file. A version stays after a higher one or a withdrawal.

Examples:
  atalaya contract show acme-orders
  atalaya contract show acme-orders --version 1.3.0 > orders.odcs.yaml

Exit codes: 0 printed · 1 there is no such contract or version
            3 a call failed")]
pub(crate) struct ShowArgs {
    /// The contract's id
    pub(crate) id: String,
    /// The contract's version, as its document says it; default: the one in force
    #[arg(long, value_name = "VERSION")]
    pub(crate) version: Option<String>,
}

/// `atalaya contract history`.
#[derive(Debug, Args)]
#[command(after_help = "\
Newest first. Each version is compared with the one before it; `atalaya contract
diff ID@OLD ID@NEW` says all that changed.

Examples:
  atalaya contract history acme-orders
  atalaya contract history acme-orders --json | jq '.history[0]'

Exit codes: 0 shown · 1 there never was such a contract · 3 a call failed")]
pub(crate) struct HistoryArgs {
    /// The contract's id
    pub(crate) id: String,
}

/// `atalaya contract diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
OLD and NEW are files, or contracts of the stack: ID is the one in force, and
ID@VERSION a stored version of it. Without such a one no AWS is needed. A name
that ends in .yaml or .yml, or has a /, is a file: old.txt is an id, ./old.txt
a file.

A change breaks senders when files that were good may be rejected, go to no feed
or be read otherwise: a new column, a stricter rule, another delimiter. It
breaks readers when the data may no longer be what they were promised: a column
is gone, has another type, or holds nulls. A looser rule breaks nobody; readers
meet values that were rejected before.

Examples:
  atalaya contract diff acme-orders orders.odcs.yaml
  atalaya contract diff acme-orders@1.3.0 acme-orders
  atalaya contract diff old.odcs.yaml new.odcs.yaml --json | jq .changes

Exit codes: 0 it breaks nobody · 1 it breaks senders or readers, or there is no
            such contract · 2 a contract is not valid · 3 a call failed")]
pub(crate) struct DiffArgs {
    /// The contract as it was
    #[arg(value_name = "OLD")]
    pub(crate) old: String,
    /// The contract as it is to be
    #[arg(value_name = "NEW")]
    pub(crate) new: String,
}

/// `atalaya contract withdraw`.
#[derive(Debug, Args)]
#[command(after_help = "\
New files of its feeds become `unroutable`: they stay in the inbox, and nothing
is lost. Files that came before are judged as ever, and what is loaded stays.
Every version stays too: publish one of them, and it is in force again.

Examples:
  atalaya contract withdraw acme-orders --reason 'Acme sends no more orders'
  atalaya contract withdraw acme-orders --reason 'a test' --dry-run

Exit codes: 0 out of force · 1 there is no such contract · 2 command line
            3 a call failed: run it again")]
pub(crate) struct WithdrawArgs {
    /// The contract's id
    pub(crate) id: String,
    /// Why; it stands in the audit record and in the contract's history
    #[arg(long, value_name = "WORDS")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) care: CareArgs,
}
