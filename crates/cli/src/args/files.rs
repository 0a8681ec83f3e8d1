//! One file or several: judged here, sent, followed.

use std::path::PathBuf;

use atalaya_contract::FileState;
use clap::Args;

/// `atalaya check`.
#[derive(Debug, Args)]
#[command(after_help = "\
The file is judged exactly as it would be in the cloud. It may be of any size,
for it is read as a stream. Without --out nothing is written.

Examples:
  atalaya check flights.csv --contract flights.odcs.yaml
  atalaya check flights.csv.gz --contract flights.odcs.yaml --out result/
  zcat big.csv.gz | atalaya check - --contract big.odcs.yaml --json | jq .rows

With --out DIR, for flights.csv:
  DIR/flights.parquet         the accepted rows, when the file is available
  DIR/flights.rejects.jsonl   every reject with row, line, byte, column, rule and hint

Exit codes: 0 available · 1 rejected · 2 wrong command line or contract
            3 rejected because it cannot be read to its end, or not found")]
pub(crate) struct CheckArgs {
    /// The file, plain or gzip; `-` reads stdin
    pub(crate) file: PathBuf,
    /// The contract (ODCS, YAML)
    #[arg(long, short, value_name = "FILE")]
    pub(crate) contract: PathBuf,
    /// Which dataset of the contract, where it has several
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,
    /// Write Parquet and rejects into this folder
    #[arg(long, short, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// `atalaya upload`.
#[derive(Debug, Args)]
#[command(after_help = "\
The key in the inbox follows from the contract: for a dataset at
s3://…-inbox-*/flights/*.csv the file 2013.csv goes to flights/2013.csv.
Without --dataset the one dataset is taken whose location fits the file's name.
Any other way into the bucket (aws s3 cp, a presigned URL) does the same.

Examples:
  atalaya upload 2013.csv --dataset flights
  atalaya upload *.csv --dataset flights --wait
  atalaya upload 2013.csv --key flights/resend/2013.csv

Exit codes: 0 sent, and with --wait available · 1 with --wait, and one is not
            2 no contract claims it · 3 cannot be read or sent")]
pub(crate) struct UploadArgs {
    /// Files to send
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The dataset that they belong to
    #[arg(long, value_name = "NAME", conflicts_with = "key")]
    pub(crate) dataset: Option<String>,
    /// The exact key in the inbox, for one file
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// Wait until each file has its outcome, and report it
    #[arg(long)]
    pub(crate) wait: bool,
}

/// `atalaya files`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atalaya files                               the newest first
  atalaya files --status rejected --dataset orders
  atalaya files --status failed               with their errors; unroutable: why
  atalaya files --long                        with size and time taken
  atalaya files --watch                       follow what arrives, until Ctrl-C
  atalaya files --json | jq -r '.files[].file_id'")]
pub(crate) struct FilesArgs {
    /// Only files in this state: received, processing, available, rejected, failed, duplicate, unroutable,
    /// discarded
    #[arg(long, value_name = "STATE")]
    pub(crate) status: Option<FileState>,
    /// Only files of this dataset
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: usize,
    /// Show each file's size and the time from its arrival to its outcome
    #[arg(long, conflicts_with = "watch")]
    pub(crate) long: bool,
    /// Print each change as it happens, until Ctrl-C
    #[arg(long)]
    pub(crate) watch: bool,
}

/// `atalaya file`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atalaya file 3f9a           the first characters of an id suffice
  atalaya file 3f9a --json | jq .history")]
pub(crate) struct FileArgs {
    /// The file's id, or as much of its start as is unique
    pub(crate) id: String,
}

/// `atalaya rejects`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atalaya rejects 3f9a                        kinds, most frequent first; then cells
  atalaya rejects 3f9a --limit 1000
  atalaya rejects 3f9a --out rejects.jsonl    the whole list, one JSON a line
  atalaya rejects 3f9a --json | jq .rejects[0]")]
pub(crate) struct RejectsArgs {
    /// The file's id, or as much of its start as is unique
    pub(crate) id: String,
    /// Show at most this many
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
    /// Download the whole list into this file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
