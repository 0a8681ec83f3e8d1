//! Dashboards: what a body says, what its widgets show at a time, and the panels that are drawn of them.

mod panel;

pub use panel::{
    AlarmCard, Axis, Colour, Column, Content, Fill, Gauge, Graph, HorizontalAnnotation, Legend, Number, Numbers, Panel,
    Place, Series, Shares, Side, Table, Text, TimeRange, VerticalAnnotation,
};
