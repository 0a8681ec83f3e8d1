//! Alarms.

mod definition;

pub use definition::{
    Actions, Alarm, AlarmSource, Comparison, CompositeAlarm, LowSamples, MetricAlarm, MissingData, State, Suppressor,
};
