//! From a widget and its answer to the panel that is drawn.

mod graph;
mod logs;
mod numbers;
mod remark;
mod series;
mod table;

use super::{
    Answer, Content, Panel, Text, View, Widget,
    log::LogWidget,
    metric::{MetricView, MetricWidget},
    widget::Inside,
};
use series::Shown;

pub(super) use remark::listed;

/// The panel of a widget.
pub(super) fn panel(widget: &Widget, view: &View, answer: Answer) -> Panel {
    let (content, remarks) = match &widget.inside {
        Inside::Text { markdown, is_transparent } => {
            (Content::Text(Text { markdown: markdown.clone(), is_transparent: *is_transparent }), Vec::new())
        }
        Inside::Alarm(alarms) => {
            let (cards, remarks) = alarms.cards(view);
            (Content::Alarms(cards), remarks)
        }
        Inside::Metric(metrics) => metric(metrics, view, answer),
        Inside::Log(widget) => log(widget, view, &answer),
    };
    Panel { index: widget.index, place: widget.place, title: title(widget), content, remarks }
}

/// The title; a graph of an alarm that says none is called as the alarm.
fn title(widget: &Widget) -> String {
    match &widget.inside {
        Inside::Metric(metric) if metric.title.is_empty() => {
            metric.annotations.alarm.as_ref().map(|alarm| alarm.name.clone()).unwrap_or_default()
        }
        _ => widget.title().to_owned(),
    }
}

fn log(widget: &LogWidget, view: &View, answer: &Answer) -> (Content, Vec<String>) {
    let failure = match answer {
        Answer::Logs(found) => return logs::of(widget, view, found),
        Answer::Failed(why) => why.clone(),
        Answer::Nothing | Answer::Metrics(_) => {
            widget.is_elsewhere(view).unwrap_or_else(|| "its query was not answered".to_owned())
        }
    };
    (logs::empty(widget, view), vec![failure])
}

fn metric(widget: &MetricWidget, view: &View, answer: Answer) -> (Content, Vec<String>) {
    let shown = Shown::of(widget, view, answer);
    let remarks = remark::of(widget, view, &shown);
    let content = match widget.view {
        MetricView::TimeSeries => Content::Graph(graph::of(widget, view, shown)),
        MetricView::SingleValue => Content::Numbers(numbers::numbers(widget, view, &shown)),
        MetricView::Gauge => Content::Gauge(numbers::gauge(widget, view, &shown)),
        MetricView::Bar => Content::Bars(numbers::shares(widget, view, &shown)),
        MetricView::Pie => Content::Pie(numbers::shares(widget, view, &shown)),
        MetricView::Table => Content::Table(table::of(widget, view, &shown)),
    };
    (content, remarks)
}
