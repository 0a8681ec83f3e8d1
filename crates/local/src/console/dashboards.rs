//! The dashboards, drawn from their own bodies with the metrics of now.

use std::{collections::BTreeMap, sync::Arc};

use atalaya_cloudwatch::{CloudWatch, MetricStore};
use atalaya_cloudwatch_dashboard::{
    self as dashboard, AlarmFacts, Dashboard, DashboardFaults, Dashboards, Input, Panel, Variable, View,
};
use atalaya_cloudwatch_drawing::{self as drawing, Page};
use atalaya_contract::CANARY_DATASET;
use serde_json::{Value, json};

use super::{
    alarms::short,
    answer::{Answer, Refusal},
    app::App,
    pictures::{self, Look},
    range::{self, Chosen},
    request::Asked,
};
use crate::stack::STACK;

/// The order of those that everybody knows; others follow by name.
const FIRST: [&str; 4] = ["overview", "feeds", "operations", "cost"];
/// What stands before the id of a variable in a query.
const VARIABLE: &str = "var.";

/// A dashboard with what it shows.
struct Looked {
    dashboard: Dashboard,
    chosen: Chosen,
    now: i64,
    variables: Vec<Value>,
    panels: Vec<Panel>,
}

/// All dashboards, those first that everybody knows.
pub(super) fn all<L>(app: &App<L>) -> Value {
    let dashboards = app.cloudwatch.dashboards();
    let mut names: Vec<_> = dashboards.iter().map(|stored| stored.dashboard.name()).collect();
    let place = |name: &str| FIRST.iter().position(|first| *first == short(name)).unwrap_or(FIRST.len());
    names.sort_by_key(|name| (place(name), *name));
    let told: Vec<_> =
        names.into_iter().map(|name| json!({ "name": name, "short": short(name), "title": title(name) })).collect();
    json!({ "dashboards": told, "ranges": range::offered().collect::<Vec<_>>() })
}

/// One dashboard with its panels, drawn for a width.
pub(super) fn one<L>(app: &App<L>, name: &str, asked: &Asked) -> Result<Value, Refusal> {
    let look = Look::read(asked, pictures::PAGE_WIDTH)?;
    let Looked { dashboard, chosen, now, variables, panels } = looked(app, name, asked)?;
    let (boxes, height) = drawing::arrange(&panels, look.width);
    let panels = panels.iter().zip(boxes).map(|(panel, place)| pictures::drawn(panel, place, look.theme));
    let range = chosen.range;
    Ok(json!({
        "name": dashboard.name(),
        "short": short(dashboard.name()),
        "title": title(dashboard.name()),
        "range": {
            "start": range.start, "end": range.end, "since": chosen.since, "text": range.in_words(now),
        },
        "now": now,
        "variables": variables,
        "width": look.width,
        "height": height,
        "panels": panels.collect::<Vec<_>>(),
    }))
}

/// A dashboard as one picture: `svg` or `png`; or its body: `json`.
pub(super) fn picture<L>(app: &App<L>, name: &str, kind: &str, asked: &Asked) -> Result<Answer, Refusal> {
    if kind == "json" {
        let found = find(&app.cloudwatch.dashboards(), name)?.clone();
        return Ok(super::answer::data(found.body()));
    }
    let look = Look::read(asked, pictures::PAGE_WIDTH)?;
    let Looked { dashboard, chosen, now, panels, .. } = looked(app, name, asked)?;
    let (title, subtitle) = (title(dashboard.name()), chosen.range.in_words(now));
    let svg = drawing::page(&Page { title: &title, subtitle: &subtitle, panels: &panels }, look.width, look.theme);
    pictures::picture(svg, kind)
}

fn looked<L>(app: &App<L>, name: &str, asked: &Asked) -> Result<Looked, Refusal> {
    let found = find(&app.cloudwatch.dashboards(), name)?.clone();
    app.cloudwatch.read_with_logs(|cloudwatch, logs| {
        let (now, store) = (cloudwatch.now(), cloudwatch.store());
        let mut choice = existing_defaults(&found, store, now);
        choice.extend(asked_variables(asked));
        let dashboard = found.choose(&choice).map_err(|faults| refused(&faults))?;
        let chosen = range::chosen(asked, dashboard.default_range(now), app.began, now)?;
        let mut view = View::new(chosen.range, now);
        view.period = dashboard.default_period();
        view.alarms = cloudwatch.alarms().map(AlarmFacts::from).collect();
        let variables = found.variables().iter().filter(|variable| variable.visible);
        let variables = variables.map(|variable| told(variable, cloudwatch, &choice)).collect();
        let is_empty = found.variables().iter().any(|variable| is_without_value(variable, &choice));
        let panels = if is_empty { Vec::new() } else { dashboard::look(cloudwatch, logs, &dashboard, &view) };
        Ok(Looked { dashboard, chosen, now, variables, panels })
    })
}

/// The dashboard of this name, with or without the stack's.
fn find<'a>(dashboards: &'a Dashboards, name: &str) -> Result<&'a Dashboard, Refusal> {
    let found = dashboards.get(name).or_else(|| dashboards.get(&format!("{STACK}-{name}")));
    found.ok_or_else(|| {
        let names: Vec<_> = dashboards.iter().map(|stored| short(stored.dashboard.name())).collect();
        let hint = match names.as_slice() {
            [] => "this project declares none in dashboards/template.yaml".to_owned(),
            names => format!("there are {}", names.join(", ")),
        };
        Refusal::not_found(format!("there is no dashboard `{name}`: {hint}"))
    })
}

/// What the variables have when the dashboard opens, by their ids. A default that no metric has, such as a feed that has
/// never sent a file, gives way to the first value that one has; where there is none, the variable has none.
fn existing_defaults(dashboard: &Dashboard, store: &MetricStore, now: i64) -> BTreeMap<String, String> {
    let mut choice = dashboard.default_choice(store, now);
    for variable in dashboard.variables().iter().filter(|variable| variable.search.is_some()) {
        let values = variable.values_in(store, now);
        let exists = |wanted: &String| values.iter().any(|(value, _)| value == wanted);
        if choice.get(&variable.id).is_some_and(exists) {
            continue;
        }
        // Whoever has a feed of their own looks for that first.
        let own = values.iter().find(|(value, _)| value != CANARY_DATASET);
        match own.or_else(|| values.first()) {
            Some((value, _)) => choice.insert(variable.id.clone(), value.clone()),
            None => choice.remove(&variable.id),
        };
    }
    choice
}

/// Whether a variable has to be searched for and nothing is found: what the panels would be about does not exist.
fn is_without_value(variable: &Variable, choice: &BTreeMap<String, String>) -> bool {
    variable.search.is_some() && !choice.contains_key(&variable.id)
}

fn asked_variables(asked: &Asked) -> BTreeMap<String, String> {
    let variables = asked.query.iter().filter_map(|(name, value)| Some((name.strip_prefix(VARIABLE)?, value)));
    variables.map(|(id, value)| (id.to_owned(), value.clone())).collect()
}

fn refused(faults: &DashboardFaults) -> Refusal {
    let sentences: Vec<_> = faults.faults.iter().map(|fault| fault.message.clone()).collect();
    Refusal::bad(sentences.join("; "))
}

/// A variable with the values to choose from, and the one that is chosen.
fn told(variable: &Variable, cloudwatch: &CloudWatch, choice: &BTreeMap<String, String>) -> Value {
    let value = choice.get(&variable.id);
    let mut values = variable.values_in(cloudwatch.store(), cloudwatch.now());
    // What is chosen can be seen to be, with or without data.
    if let Some(value) = value
        && variable.input != Input::Input
        && values.iter().all(|(known, _)| known != value)
    {
        values.insert(0, (value.clone(), value.clone()));
    }
    let input = match variable.input {
        Input::Input => "input",
        Input::Select => "select",
        Input::Radio => "radio",
    };
    json!({ "id": variable.id, "label": variable.label, "input": input, "values": values, "value": value })
}

/// `Overview`.
fn title(name: &str) -> String {
    let name = short(name);
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Does what takes long where it keeps nothing else waiting.
pub(super) async fn aside<L, T>(
    app: &Arc<App<L>>,
    work: impl FnOnce(&App<L>) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal>
where
    L: Send + Sync + 'static,
    T: Send + 'static,
{
    let app = Arc::clone(app);
    let done = tokio::task::spawn_blocking(move || work(&app)).await;
    done.unwrap_or_else(|_| {
        let sentence = "the picture could not be drawn, which is a fault of the console";
        Err(Refusal::new(hyper::StatusCode::INTERNAL_SERVER_ERROR, sentence))
    })
}
