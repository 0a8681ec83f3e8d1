//! What a graph or an alarm asks of metrics, and the answer.

mod alarm;
mod answer;
mod definition;
mod error;
mod evaluation;
mod grid;
mod label;
mod metric_data;
mod places;
mod program;

#[cfg(test)]
mod tests;

pub use definition::{MetricDataQuery, MetricStat, QuerySource};
pub use error::{Fault, Place, QueryError};
pub use evaluation::ResultSeries;
pub use metric_data::{Message, MetricDataOptions, MetricDataResult, ScanBy, StatusCode, get_metric_data};
pub use places::Places;
pub use program::Program;

pub(crate) use error::Problem;
pub(crate) use grid::{frame as frame_of_range, is_kept, valid_period};
