//! Which address answers with what.

use std::sync::Arc;

use hyper::{
    Request, StatusCode,
    body::Incoming,
    header::{ALLOW, HeaderValue},
};
use serde_json::Value;

use super::{
    alarm_graph, alarms,
    answer::{self, Answer, Refusal},
    app::{App, Ledger},
    assets, changes, dashboards, files, notices,
    request::Asked,
    runbooks,
};

/// The pages of the console, by the first part of their addresses.
const PAGES: [&str; 5] = ["dashboards", "alarms", "files", "notices", "runbooks"];

/// Answers a request.
pub(super) async fn answer<L: Ledger>(request: &Request<Incoming>, app: &Arc<App<L>>) -> Answer {
    let answered = match Asked::read(request.method(), request.uri()) {
        Ok(asked) => route(&asked, app).await,
        Err(refusal) => Err(refusal),
    };
    answered.unwrap_or_else(|refusal| {
        let mut answer = refusal.answer();
        if refusal.status == StatusCode::METHOD_NOT_ALLOWED {
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        answer
    })
}

async fn route<L: Ledger>(asked: &Asked, app: &Arc<App<L>>) -> Result<Answer, Refusal> {
    let path: Vec<_> = asked.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["api", rest @ ..] => data(rest, asked, app).await.map(|value| answer::data(&value)),
        ["assets", name] => assets::asset(name).ok_or_else(|| Refusal::not_found(format!("there is no file `{name}`"))),
        [page @ ("dashboards" | "alarms"), file] if let Some((name, kind)) = picture(file) => {
            let (is_alarm, name, kind) = (*page == "alarms", name.to_owned(), kind.to_owned());
            let asked = asked.clone();
            let draw = if is_alarm { alarm_graph::picture } else { dashboards::picture };
            dashboards::aside(app, move |app| draw(app, &name, &kind, &asked)).await
        }
        [] | [_] if path.first().is_none_or(|page| PAGES.contains(page)) => Ok(assets::page(StatusCode::OK)),
        [page, _] if PAGES.contains(page) => Ok(assets::page(StatusCode::OK)),
        // The page says what is not there, in its own frame.
        _ => Ok(assets::page(StatusCode::NOT_FOUND)),
    }
}

/// The name and the kind of a picture or a body: `overview` and `png` of `overview.png`.
fn picture(file: &str) -> Option<(&str, &str)> {
    file.rsplit_once('.').filter(|(_, kind)| ["svg", "png", "json"].contains(kind))
}

async fn data<L: Ledger>(path: &[&str], asked: &Asked, app: &Arc<App<L>>) -> Result<Value, Refusal> {
    let asked_aside = asked.clone();
    match path {
        ["dashboards"] => Ok(dashboards::all(app)),
        ["dashboards", name] => {
            let name = (*name).to_owned();
            dashboards::aside(app, move |app| dashboards::one(app, &name, &asked_aside)).await
        }
        ["alarms"] => Ok(alarms::all(app)),
        ["alarms", name] => {
            let name = (*name).to_owned();
            dashboards::aside(app, move |app| alarms::one(app, &name, &asked_aside)).await
        }
        ["files"] => files::list(app, asked).await,
        ["files", id] => files::one(app, id).await,
        ["notices"] => notices::all(app),
        ["runbooks"] => runbooks::all(&app.runbooks),
        ["runbooks", name] => runbooks::one(&app.runbooks, name),
        ["changes"] => changes::await_one(app, asked).await,
        _ => Err(Refusal::not_found(format!("there are no data at /api/{}", path.join("/")))),
    }
}
