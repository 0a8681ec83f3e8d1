//! The graph of an alarm: what it watches, with its threshold.

use atalaya_cloudwatch::{
    CloudWatch, QuerySource, TimeRange,
    alarm::{Alarm, AlarmSource, AlarmStatus, MetricAlarm, State},
};
use atalaya_cloudwatch_dashboard::{self as dashboard, AlarmFacts, Dashboard, Panel, View};
use atalaya_cloudwatch_drawing as drawing;
use serde_json::{Value, json};

use super::{
    alarms::{find, short},
    answer::{Answer, Refusal},
    app::App,
    pictures::{self, Look},
    range,
    request::Asked,
};

/// How wide and tall a graph is drawn when nobody says, in px.
const WIDTH: u32 = 960;
const HEIGHT: u32 = 300;
/// How far back an alarm's graph goes at least, and at most, in seconds.
const LEAST: i64 = 10_800;
const MOST: i64 = 604_800;

/// The graph of an alarm as a page shows it; nothing where there is nothing to draw.
pub(super) fn drawn<L>(app: &App<L>, name: &str, asked: &Asked) -> Result<Value, Refusal> {
    let look = Look::read(asked, WIDTH)?;
    let Some((of, panel)) = panel(app, name, asked)? else { return Ok(Value::Null) };
    let place = drawing::Box { x: 0, y: 0, width: look.width, height: HEIGHT };
    let mut value = pictures::drawn(&panel, place, look.theme);
    value["of"] = json!(of);
    Ok(value)
}

/// The graph of an alarm as a file: `svg` or `png`.
pub(super) fn picture<L>(app: &App<L>, name: &str, kind: &str, asked: &Asked) -> Result<Answer, Refusal> {
    let look = Look::read(asked, WIDTH)?;
    let Some((_, panel)) = panel(app, name, asked)? else {
        return Err(Refusal::not_found(format!("`{name}` watches other alarms, none of which is on: it has no graph")));
    };
    pictures::picture(drawing::panel(&panel, look.width, HEIGHT, look.theme).svg, kind)
}

/// The panel, and the short name of the alarm that it is of: the one asked for, or, of a composite one, the first
/// beneath it that is on and watches a metric.
fn panel<L>(app: &App<L>, name: &str, asked: &Asked) -> Result<Option<(String, Panel)>, Refusal> {
    app.cloudwatch.read_with_logs(|cloudwatch, logs| {
        let alarm = find(cloudwatch, name)?;
        let Some((status, alarm)) = metric(cloudwatch, alarm) else { return Ok(None) };
        let now = cloudwatch.now();
        let usual = TimeRange { start: now - length(alarm), end: now };
        let range = range::chosen(asked, usual, app.began, now)?.range;
        let dashboard = Dashboard::parse("alarm", &body(status, cloudwatch));
        let dashboard = dashboard.expect("a widget of one annotation is valid");
        let mut view = View::new(range, now);
        view.alarms = vec![AlarmFacts::from(status)];
        let panel = dashboard::look(cloudwatch, logs, &dashboard, &view).pop();
        Ok(panel.map(|panel| (short(&alarm.name).to_owned(), panel)))
    })
}

/// The alarm itself, or the first beneath it that is on and watches a metric.
fn metric<'a>(cloudwatch: &'a CloudWatch, status: &'a AlarmStatus) -> Option<(&'a AlarmStatus, &'a MetricAlarm)> {
    match &*status.definition {
        Alarm::Metric(alarm) => Some((status, alarm)),
        Alarm::Composite(composite) => {
            let children = cloudwatch.children(&composite.name).iter().filter_map(|name| cloudwatch.alarm(name));
            children.filter(|child| child.state == State::Alarm).find_map(|child| metric(cloudwatch, child))
        }
    }
}

/// Some times as long as the alarm itself looks back.
fn length(alarm: &MetricAlarm) -> i64 {
    let periods = match &alarm.source {
        AlarmSource::Metric(stat) => vec![stat.period],
        AlarmSource::Math(queries) => queries
            .iter()
            .filter_map(|query| match &query.source {
                QuerySource::Metric(stat) => Some(stat.period),
                QuerySource::Expression { period, .. } => *period,
            })
            .collect(),
    };
    let window = i64::from(periods.into_iter().max().unwrap_or(60)) * i64::from(alarm.evaluation_periods);
    (4 * window).clamp(LEAST, MOST)
}

fn body(alarm: &AlarmStatus, cloudwatch: &CloudWatch) -> Value {
    json!({ "widgets": [{
        "type": "metric", "x": 0, "y": 0, "width": 24, "height": 6,
        "properties": {
            "title": short(alarm.definition.name()),
            "region": cloudwatch.account().region,
            "annotations": { "alarms": [alarm.arn] },
        },
    }] })
}
