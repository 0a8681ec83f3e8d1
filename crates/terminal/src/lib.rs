//! What every command of the workspace has in common towards a terminal or a script: output, exit codes, colours, tables,
//! courses over time, and numbers and times as people read them.

pub mod chart;
pub mod exit;
pub mod human;
pub mod output;
pub mod span;
pub mod style;
pub mod table;
