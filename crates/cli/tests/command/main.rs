//! The command as a script sees it: exit codes, JSON on stdout, files left behind.

mod alarms;
mod bad_input;
mod check;
mod contract;
mod dashboard;
mod deployed;
mod harness;
mod hostile;
mod lint;
mod operate;
mod see;
