//! What a graph or an alarm asks of metrics, and the answer.

mod alarm;
mod answer;
mod evaluation;
mod label;
mod metric_data;
mod places;
mod program;

#[cfg(test)]
mod tests;

pub use evaluation::ResultSeries;
pub use metric_data::{Message, MetricDataOptions, MetricDataResult, ScanBy, StatusCode, get_metric_data};
pub use places::Places;
pub use program::Program;
