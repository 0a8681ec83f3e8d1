//! What operators do: files are tried again, judged again, released or given up, feeds are paused, dead letters are
//! handed over.
//!
//! All of it has one frame ([`frame`]): what is to be touched is told and the operator asked; an audit record is begun;
//! changes are made, several at once; the record is ended; the result is told. And one rule: a command that broke off
//! anywhere is run again and ends in the same state, since each of its changes may be repeated.

mod attempt;
mod audit;
pub(crate) mod caller;
mod consent;
mod dlq;
mod follow;
pub(crate) mod frame;
mod meter;
mod pause;
mod reconcile;
mod redrive;
mod refusal;
mod release;
mod replay;
pub(crate) mod run;
pub(crate) mod summary;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod work;

pub(crate) use audit::run as audit;
pub(crate) use dlq::run as dlq;
pub(crate) use pause::{pause, resume};
pub(crate) use reconcile::run as reconcile;
pub(crate) use redrive::run as redrive;
pub(crate) use release::{discard, release};
pub(crate) use replay::run as replay;
