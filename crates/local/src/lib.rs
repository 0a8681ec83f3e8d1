//! A local AWS for demonstrations, development and tests: the emulator ministack in a virtual environment of its own,
//! with `infra/template.yaml` deployed on it, the functions' real binaries running, and what SNS sends to users
//! captured.
//!
//! It needs Python 3.10 or later on a Unix system. Everything listens on 127.0.0.1 only, and everything that is
//! started ends with the process that started it.

mod cache;
mod command;
mod contracts;
mod error;
mod faults;
mod functions;
mod listener;
mod local_aws;
mod notice;
mod outputs;
mod progress;
mod run_folder;
mod running;
mod server;
mod stack;
mod tools;

pub use contracts::{Published, publish_contract};
pub use error::LocalError;
pub use functions::Functions;
pub use local_aws::{LocalAws, StartOptions};
pub use notice::Notice;
pub use outputs::Outputs;
pub use progress::{Observer, Progress, Step, StepState, silent};
pub use running::{Running, down, running};
pub use tools::Tools;
