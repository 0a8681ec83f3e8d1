//! CloudWatch's behaviour as a pure library with virtual time: what a log line or a call makes of metrics, what a
//! statistic or an expression says of them, and when an alarm changes its state. No AWS, no clock, no environment.
//!
//! Times inside are whole seconds since the Unix epoch; [`Frame`] cuts them into periods.

mod account;
pub mod alarm;
pub mod api;
mod base64;
mod cloudwatch;
pub mod dashboard;
pub mod datum;
pub mod drawing;
pub mod emf;
mod frame;
pub mod insights;
pub mod logs;
mod math;
mod metric;
mod moment;
mod notification;
pub mod query;
mod search;
mod statistic;
pub mod store;
pub mod template;
pub mod testing;

pub use account::Account;
pub use cloudwatch::CloudWatch;
pub use datum::{DatumError, MetricDatum, Resolution, Values};
pub use frame::Frame;
pub use metric::{MetricId, Unit, UnknownUnit};
pub use query::{MetricDataQuery, MetricStat, Program, QueryError, QuerySource};
pub use statistic::{Bound, Bounds, InvalidStatistic, Statistic};
pub use store::{DimensionFilter, ListFilter, MetricStore, Point, SeriesId};
