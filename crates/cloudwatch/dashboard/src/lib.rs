//! Dashboards: what a body says, what its widgets show at a time, and the panels that are drawn of them.
//!
//! [`Dashboard::parse`] reads a body and checks it against the documented structure; [`Dashboard::choose`] puts in the
//! values of its variables. Each [`Widget`] then [asks](Widget::request) for what it needs with a [`View`], and makes a
//! [`Panel`] of the [answer](Answer), wherever that comes from; [`look`] does so for all of them on a
//! [`CloudWatch`](atalaya_cloudwatch::CloudWatch).
//!
//! Widgets of type `explorer`, `custom` and `chart` and Metrics Insights queries are not supported: each is a fault that
//! names it.

mod alarm;
mod body;
mod choose;
mod colour;
mod contents;
mod fault;
mod fields;
pub mod figure;
mod log;
mod look;
mod metric;
mod panel;
mod period;
mod place;
mod show;
mod stored;
mod time_range;
mod variable;
mod view;
mod widget;

#[cfg(test)]
mod tests;

pub use body::Dashboard;
pub use contents::{AlarmRow, ExpressionRow, MetricRow};
pub use fault::{DashboardFault, DashboardFaults};
pub use look::look;
pub use panel::{
    AlarmCard, Axis, Colour, Column, Content, Fill, Gauge, Graph, HorizontalAnnotation, Legend, Number, Numbers, Panel,
    Place, Series, Shares, Side, Table, Text, VerticalAnnotation,
};
pub use period::PeriodChoice;
pub use stored::{Dashboards, Stored};
pub use variable::{Input, Variable};
pub use view::{AlarmFacts, Answer, Request, View};
pub use widget::{Widget, WidgetKind};
