//! CloudWatch's alarms tested, and its dashboards drawn, before anything is deployed: what the command
//! `cloudwatch-offline` does, and other commands with it.

pub mod alarm_tests;
pub mod dashboard;
