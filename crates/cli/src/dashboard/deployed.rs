//! The data of a dashboard from a deployment: its alarms, metrics and logs, by the SDK.

use std::collections::BTreeMap;

use atalaya_cloudwatch::{MetricDatum, MetricStore, Resolution, Unit, Values};
use atalaya_cloudwatch_dashboard::{AlarmFacts, Answer, Dashboard, Request, View, Widget};
use atalaya_cloudwatch_offline::dashboard::{Shown, choose, faults, no_dashboard};
use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;
use serde_json::Value;

use crate::args::{GlobalArgs, RenderArgs};
use crate::connect::{self, Watching};
use atalaya_operations::cloudwatch::CloudWatch;
use atalaya_operations::logs::Logs;
use atalaya_terminal::exit::Failure;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

/// How many widgets are asked for beside each other.
const BESIDE: usize = 8;
/// How far back the values of a variable are searched, in seconds: as far as CloudWatch lists metrics.
const LISTED: i64 = 14 * 86_400;

/// A deployment's CloudWatch, or why there is none.
pub(super) struct Deployment(Result<Clients, String>);

struct Clients {
    cloudwatch: CloudWatch,
    logs: Logs,
}

impl Deployment {
    /// As the options say.
    pub(super) async fn find(global: &GlobalArgs, output: &Output) -> Result<Self, Failure> {
        let watching = Watching::find(global, output).await?;
        Ok(Self(Ok(Clients { cloudwatch: watching.cloudwatch(), logs: watching.logs() })))
    }

    /// The same; where none can be reached, the dashboard of a template is drawn without data.
    pub(super) async fn find_or_none(global: &GlobalArgs, output: &Output) -> Self {
        let reached = async {
            let watching = Watching::find(global, output).await?;
            let clients = Clients { cloudwatch: watching.cloudwatch(), logs: watching.logs() };
            clients.cloudwatch.dashboards(&global.stack).await.map_err(connect::cloud)?;
            Ok::<_, Failure>(clients)
        };
        Self(reached.await.map_err(|failure| {
            let why = failure.to_string();
            output.note(format!("{}: {why}", paint(style::WARN, "without data")));
            output.note(paint(style::DIM, "--series FILE stands for them; see `atalaya dashboard render --help`"));
            format!("no data: {why}")
        }))
    }

    /// The deployed dashboard with this name, with or without the stack's in front.
    pub(super) async fn dashboard(&self, stack: &str, name: &str) -> Result<Dashboard, Failure> {
        let clients = self.0.as_ref().map_err(|why| Failure::unreachable(why.clone()))?;
        let whole = format!("{stack}-{name}");
        for name in [&whole, name] {
            let Some(body) = clients.cloudwatch.dashboard_body(name).await.map_err(connect::cloud)? else {
                continue;
            };
            let body: Value = serde_json::from_str(&body)
                .map_err(|error| Failure::unreachable(format!("the body of {name} is no JSON: {error}")))?;
            return Dashboard::parse(name, &body).map_err(|error| faults(&error));
        }
        let deployed = clients.cloudwatch.dashboards(&format!("{stack}-")).await.map_err(connect::cloud)?;
        Err(no_dashboard(name, stack, deployed.iter().map(|listed| listed.name.as_str())))
    }

    /// Reads what the dashboard asks for.
    pub(super) async fn show(&self, args: &RenderArgs, dashboard: Dashboard) -> Result<Shown, Failure> {
        let now = match &self.0 {
            Ok(clients) => clients.cloudwatch.now().await,
            Err(_) => Timestamp::now(),
        };
        let now = now.as_second();
        let mut view = args.time.view(&dashboard, now)?;
        let opening = self.opening(&dashboard, args, now).await?;
        let (dashboard, variables) = choose(&dashboard, opening, args.chosen())?;
        if let Ok(clients) = &self.0 {
            let alarms = clients.cloudwatch.alarms_named(&dashboard.alarm_names()).await.map_err(connect::cloud)?;
            view.alarms = alarms.iter().filter_map(|alarm| alarm.facts()).collect::<Vec<AlarmFacts>>();
        }
        let asked = dashboard.widgets().iter().map(|widget| self.answer(widget, &view));
        let answers: Vec<_> = stream::iter(asked).buffered(BESIDE).collect().await;
        let panels = dashboard.widgets().iter().zip(answers).map(|(widget, answer)| widget.panel(&view, answer));
        Ok(Shown { name: dashboard.name().to_owned(), range: view.range, now, variables, panels: panels.collect() })
    }

    /// What variables open with. Those that search are answered from the list of metrics.
    async fn opening(
        &self,
        dashboard: &Dashboard,
        args: &RenderArgs,
        now: i64,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let chosen = args.chosen();
        let searched = |id: &str| !chosen.contains_key(id);
        let mut store = MetricStore::new();
        let open = dashboard.variables().iter().any(|variable| variable.search.is_some() && searched(&variable.id));
        if let (true, Ok(clients)) = (open, &self.0) {
            for metric in clients.cloudwatch.metrics(None, None, LISTED).await.map_err(connect::cloud)? {
                // A search looks at names alone; that there is a point makes a metric one with data.
                let values = Values::Samples(vec![(0.0, 1.0)]);
                let datum = MetricDatum { metric, at: now, unit: Unit::None, resolution: Resolution::Standard, values };
                // A name that CloudWatch has and this library refuses cannot be searched.
                let _ = store.put(&datum, now);
            }
        }
        Ok(dashboard.default_choice(&store, now))
    }

    async fn answer(&self, widget: &Widget, view: &View) -> Answer {
        let clients = match (&self.0, widget.request(view)) {
            (_, Request::Nothing) => return Answer::Nothing,
            (Err(why), _) => return Answer::Failed(why.clone()),
            (Ok(clients), request) => (clients, request),
        };
        let answered = match clients {
            (clients, Request::Metrics { queries, start, end }) => {
                clients.cloudwatch.data(&queries, start, end, widget.timezone()).await.map(Answer::Metrics)
            }
            (clients, Request::Logs { groups, query, start, end }) => {
                clients.logs.search(&groups, &query, start, end).await.map(Answer::Logs)
            }
            (_, Request::Nothing) => Ok(Answer::Nothing),
        };
        answered.unwrap_or_else(|failure| Answer::Failed(failure.to_string()))
    }
}
