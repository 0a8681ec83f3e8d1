//! `atalaya dlq …`: dead letters are seen, handed over again, or taken away with a copy kept.
//!
//! Whatever happens to a message, its successor is stored first, and only then the message is deleted. Between the two
//! the command may die: then the message comes back and is handed over twice, which the claims in the ledger make
//! harmless, or its copy is written twice under the same name.

mod drop;
mod letter;
mod list;
mod pass;
mod queue;
pub(super) mod recipient;
mod redrive;
mod show;
#[cfg(test)]
pub(super) mod tests;

use crate::args::{DlqCommand, GlobalArgs};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;

/// Does what `atalaya dlq` asks for.
pub(crate) async fn run(command: &DlqCommand, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    match command {
        DlqCommand::List => list::run(global, output).await,
        DlqCommand::Show(args) => show::run(args, global, output).await,
        DlqCommand::Redrive(args) => redrive::run(args, global, output).await,
        DlqCommand::Drop(args) => drop::run(args, global, output).await,
    }
}
