//! A widget of any type.

use serde_json::Value;

use super::{
    Answer, Panel, Place, Request, View,
    alarm::{self, AlarmWidget},
    fault::Faults,
    fields::{Fields, shortened},
    log::{self, LogWidget},
    metric::{self, MetricWidget},
    place::Asked,
    show,
};

/// What a widget is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WidgetKind {
    /// Metrics, or an alarm's metric and threshold.
    Metric,
    /// Markdown.
    Text,
    /// What a query of Logs Insights finds.
    Log,
    /// The states of alarms.
    Alarm,
}

/// A widget of a dashboard.
#[derive(Debug, Clone, PartialEq)]
pub struct Widget {
    pub(super) index: usize,
    pub(super) place: Place,
    pub(super) inside: Inside,
}

/// What a widget says besides its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Inside {
    Metric(Box<MetricWidget>),
    Text { markdown: String, is_transparent: bool },
    Log(LogWidget),
    Alarm(AlarmWidget),
}

impl Widget {
    /// Its number in the body, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Where it stands.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> WidgetKind {
        match &self.inside {
            Inside::Metric(_) => WidgetKind::Metric,
            Inside::Text { .. } => WidgetKind::Text,
            Inside::Log(_) => WidgetKind::Log,
            Inside::Alarm(_) => WidgetKind::Alarm,
        }
    }

    /// Its title, as the body has it; empty where it has none. A text widget has none.
    #[must_use]
    pub fn title(&self) -> &str {
        match &self.inside {
            Inside::Metric(widget) => &widget.title,
            Inside::Log(widget) => &widget.title,
            Inside::Alarm(widget) => &widget.title,
            Inside::Text { .. } => "",
        }
    }

    /// Seconds that the clock of its axis and of its labels is ahead of UTC.
    #[must_use]
    pub fn timezone(&self) -> i32 {
        match &self.inside {
            Inside::Metric(widget) => widget.timezone,
            Inside::Text { .. } | Inside::Log(_) | Inside::Alarm(_) => 0,
        }
    }

    /// What it asks to be shown.
    #[must_use]
    pub fn request(&self, view: &View) -> Request {
        match &self.inside {
            Inside::Metric(widget) => widget.request(view),
            Inside::Log(widget) => widget.request(view),
            Inside::Text { .. } | Inside::Alarm(_) => Request::Nothing,
        }
    }

    /// What it shows, given the answer to what it [asks](Self::request) with the same view.
    #[must_use]
    pub fn panel(&self, view: &View, answer: Answer) -> Panel {
        show::panel(self, view, answer)
    }
}

/// Reads what a widget says of its place, and the rest (dashboard body structure, "Widgets array structure").
pub(super) fn read(path: String, value: &Value, faults: &mut Faults) -> Option<(Asked, Inside)> {
    let widget = Fields::read(value, path, &["type", "x", "y", "width", "height", "properties"], faults)?;
    let asked = Asked::read(&widget, faults);
    widget.needs("type", "a widget is of type metric, text, log or alarm", faults);
    widget.needs("properties", "it holds what the widget shows", faults);
    let kind = widget.text("type", faults)?;
    let known: &[&str] = match kind {
        "metric" => &metric::KNOWN,
        "text" => &["markdown", "background"],
        "log" => &log::KNOWN,
        "alarm" => &alarm::KNOWN,
        "explorer" | "custom" | "chart" => {
            let message = format!("widgets of type {kind} are not supported; metric, text, log and alarm are");
            faults.add(widget.at("type"), message);
            return None;
        }
        other => {
            let message = format!("must be one of metric, text, log, alarm, is `{}`", shortened(other));
            faults.add(widget.at("type"), message);
            return None;
        }
    };
    let properties = widget.object("properties", known, faults)?;
    let inside = match kind {
        "metric" => Inside::Metric(Box::new(MetricWidget::read(&properties, faults))),
        "log" => Inside::Log(LogWidget::read(&properties, faults)),
        "alarm" => Inside::Alarm(AlarmWidget::read(&properties, faults)),
        _ => text(&properties, faults),
    };
    Some((asked, inside))
}

/// The properties of a text widget.
fn text(properties: &Fields<'_>, faults: &mut Faults) -> Inside {
    properties.needs("markdown", "it is the text that is shown", faults);
    let markdown = properties.text("markdown", faults).unwrap_or_default().to_owned();
    let backgrounds = [("solid", false), ("transparent", true)];
    Inside::Text { markdown, is_transparent: properties.one_of("background", &backgrounds, faults).unwrap_or(false) }
}
