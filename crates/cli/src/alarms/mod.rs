//! `atalaya alarms`: the alarms of a template under test, and those that are deployed.

pub(crate) mod explain;
pub(crate) mod list;
mod mutants;
mod report;
pub(crate) mod test;
