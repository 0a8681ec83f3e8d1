//! CloudWatch's behaviour as a pure library with virtual time: what a log line or a call makes of metrics, what a
//! statistic or an expression says of them, and when an alarm changes its state. No AWS, no clock, no environment.
//!
//! Times inside are whole seconds since the Unix epoch; [`Frame`] cuts them into periods.

mod account;
pub mod alarm;
pub mod base64;
mod cloudwatch;
pub mod datum;
pub mod emf;
mod frame;
mod math;
mod metric;
mod metric_data_query;
mod moment;
mod notification;
pub mod period;
pub mod query;
pub mod query_error;
pub mod search;
mod statistic;
pub mod store;
mod time_range;

pub use account::Account;
pub use cloudwatch::CloudWatch;
pub use datum::{DatumError, MetricDatum, Resolution, Values};
pub use frame::Frame;
pub use metric::{MetricId, Unit, UnknownUnit};
pub use metric_data_query::{MetricDataQuery, MetricStat, QuerySource};
pub use query::Program;
pub use query_error::QueryError;
pub use statistic::{Bound, Bounds, InvalidStatistic, Statistic};
pub use store::{DimensionFilter, ListFilter, MetricStore, Point, SeriesId};
pub use time_range::TimeRange;
