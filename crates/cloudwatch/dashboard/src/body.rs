//! A dashboard: a body that is read and checked.

use std::sync::Arc;

use serde_json::Value;

use super::{
    DashboardFaults, PeriodChoice, Variable, Widget, fault::Faults, fields::Fields, place, time_range::Opening,
    variable, widget,
};
use crate::metric::RowSource;
use crate::widget::Inside;
use atalaya_cloudwatch::TimeRange;

/// The longest name, in characters.
const LONGEST_NAME: usize = 255;
/// The most widgets of a dashboard.
const MOST_WIDGETS: usize = 500;
/// The most metrics of all its widgets together, hidden ones included.
const MOST_METRICS: usize = 2500;

/// A dashboard whose body is valid and supported.
#[derive(Debug, Clone, PartialEq)]
pub struct Dashboard {
    name: String,
    body: Arc<Value>,
    opening: Opening,
    period: Option<PeriodChoice>,
    variables: Vec<Variable>,
    widgets: Vec<Widget>,
}

impl Dashboard {
    /// Reads a body and checks it against the documented structure (CloudWatch user guide, "Dashboard body structure and
    /// syntax") and the limits of dashboards.
    ///
    /// # Errors
    /// Every fault of the name and the body at once, each with its path: what is missing, unknown, of another kind or
    /// out of its range, expressions that cannot be computed, and what this library does not support.
    pub fn parse(name: &str, body: &Value) -> Result<Self, DashboardFaults> {
        let mut faults = Faults::default();
        check_name(name, &mut faults);
        let known = ["start", "end", "periodOverride", "variables", "widgets"];
        let Some(fields) = Fields::read(body, String::new(), &known, &mut faults) else {
            return Err(DashboardFaults { dashboard: name.to_owned(), faults: faults.0 });
        };
        let opening = Opening::read(&fields, &mut faults);
        let overrides = [("auto", PeriodChoice::Auto), ("inherit", PeriodChoice::Inherit)];
        let period = fields.one_of("periodOverride", &overrides, &mut faults);
        let variables = variable::read(&fields, &mut faults);
        fields.needs("widgets", "a dashboard has widgets; the list may be empty", &mut faults);
        let mut asked = Vec::new();
        let mut inside = Vec::new();
        for (path, value) in fields.entries("widgets", 0..=MOST_WIDGETS, &mut faults) {
            if let Some((place, widget)) = widget::read(path, value, &mut faults) {
                asked.push(place);
                inside.push(widget);
            }
        }
        let metrics: usize = inside.iter().map(metrics_of).sum();
        if metrics > MOST_METRICS {
            let message = format!("all widgets together have at most {MOST_METRICS} metrics, and these have {metrics}");
            faults.add(fields.at("widgets"), message);
        }
        DashboardFaults::collect(name, faults.0)?;
        let places = place::arrange(&asked);
        let widgets = places.into_iter().zip(inside).enumerate();
        let widgets = widgets.map(|(index, (place, inside))| Widget { index, place, inside }).collect();
        Ok(Self { name: name.to_owned(), body: Arc::new(body.clone()), opening, period, variables, widgets })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The body that it was read from.
    #[must_use]
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// Its widgets, in the order of the body.
    #[must_use]
    pub fn widgets(&self) -> &[Widget] {
        &self.widgets
    }

    /// Its variables, in the order of the body.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The stretch of time that it opens with at `now` (seconds since the Unix epoch): as its body says, else the last
    /// three hours.
    #[must_use]
    pub fn default_range(&self, now: i64) -> TimeRange {
        self.opening.at(now)
    }

    /// Who says how long periods are when it opens: `periodOverride`, else automatic as in CloudWatch's console.
    #[must_use]
    pub fn default_period(&self) -> PeriodChoice {
        self.period.unwrap_or_default()
    }
}

/// Names have 1 to 255 letters, digits, `-` and `_` (API reference, `PutDashboard`).
fn check_name(name: &str, faults: &mut Faults) {
    let length = name.chars().count();
    if !(1..=LONGEST_NAME).contains(&length) {
        faults.add("", format!("a dashboard's name has 1 to {LONGEST_NAME} characters, and this has {length}"));
    }
    if let Some(other) = name.chars().find(|it| !it.is_ascii_alphanumeric() && !"-_".contains(*it)) {
        faults.add("", format!("a dashboard's name has letters, digits, `-` and `_` only, and this has `{other}`"));
    }
}

fn metrics_of(inside: &Inside) -> usize {
    match inside {
        Inside::Metric(widget) => {
            widget.rows.iter().filter(|row| matches!(row.source, RowSource::Metric { .. })).count()
        }
        Inside::Text { .. } | Inside::Log(_) | Inside::Alarm(_) => 0,
    }
}
