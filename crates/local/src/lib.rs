//! A local AWS for demonstrations, development and tests: the emulator ministack in a virtual environment of its own,
//! with `infra/template.yaml` deployed on it, the functions' real binaries running, and what SNS sends to users and to
//! on-call captured. Its CloudWatch is `atalaya-cloudwatch`: what happens in the emulator becomes CloudWatch's own
//! metrics ([`SERVICE_METRICS`]), `alarms/template.yaml` is evaluated, and what alarms set going reaches the emulator.
//! The dashboards of `dashboards/template.yaml` are put, and Logs Insights searches what functions write; a console
//! shows all of it to browsers.
//!
//! To count the emulator's API calls by hand, name a file by the environment variable `ATALAYA_CALLS`: each call that was
//! answered becomes a JSON line of it.
//!
//! It needs Python 3.10 or later on a Unix system. Everything listens on 127.0.0.1 only, and everything that is
//! started ends with the process that started it.
#![doc = include_str!("../README.md")]

mod cache;
mod cloudwatch;
mod command;
mod console;
mod contracts;
mod endpoint_fault;
mod error;
mod faults;
mod functions;
mod http;
mod listener;
mod local_aws;
mod notice;
mod outputs;
mod progress;
mod run_folder;
mod run_log;
mod running;
mod server;
mod stack;
mod tools;

pub use cloudwatch::{Kind, Presence, SERVICE_METRICS, ServiceMetric, service_metric};
pub use contracts::publish_contract;
pub use endpoint_fault::{EndpointFault, FaultyService, RoleStatement};
pub use error::LocalError;
pub use functions::{Functions, build_command};
pub use local_aws::{LocalAws, OnCall, StartOptions};
pub use notice::Notice;
pub use outputs::Outputs;
pub use progress::{Observer, Progress, Step, StepState, silent};
pub use running::{Running, down, running};
pub use stack::STACK;
pub use tools::{ENDPOINT_OPTION, Tools};

pub(crate) use run_log::RunLog;
