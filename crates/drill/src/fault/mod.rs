//! Faults on purpose. They touch configuration, environment or the endpoint, as releases, people and AWS's own bad days
//! do; the functions' code is what is deployed.

mod contract;
mod endpoint;
mod event;
mod function;
mod machine;
mod queue;
mod role;
mod stranger;
mod subscriber;

pub use contract::overwrite_contract;
pub use endpoint::{at_endpoint, end_at_endpoint};
pub use event::{disable_rule, mislead_rule, stop_reading, unsubscribe};
pub use function::{invoke_later, limit_concurrency, lose_given_up, remove_variable, set_timeout, set_variable};
pub use machine::{limit_executions, stop_execution};
pub use queue::{delay, hide_briefly, put_message};
pub use role::take_permission;
pub use stranger::{begin_strange_stream, write_strange_line};
pub(crate) use subscriber::Refusing;
pub use subscriber::subscribe_refusing;
