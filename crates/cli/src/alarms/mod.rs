//! `atalaya alarms`: those that are deployed.

pub(crate) mod explain;
pub(crate) mod list;
