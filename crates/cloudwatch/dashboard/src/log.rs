//! Log widgets.

use super::{Request, View, fault::Faults, fields::Fields};
use atalaya_cloudwatch_insights::{MOST_GROUPS, Query};

/// How a widget shows what a query finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum LogView {
    #[default]
    Table,
    TimeSeries,
    Bar,
    Pie,
}

/// What a log widget says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LogWidget {
    pub(super) title: String,
    pub(super) view: LogView,
    pub(super) stacked: bool,
    region: String,
    account: Option<String>,
    /// The log groups that it searches.
    pub(super) groups: Vec<String>,
    /// The query without its groups.
    pub(super) query: String,
}

/// The properties of a log widget; the last is written by CloudWatch's console.
pub(super) const KNOWN: [&str; 6] = ["query", "region", "title", "view", "accountId", "stacked"];
impl LogWidget {
    /// Reads its properties (dashboard body structure, "Properties of a log widget object").
    pub(super) fn read(properties: &Fields<'_>, faults: &mut Faults) -> Self {
        properties.needs("region", "it says where the logs are, such as us-east-1", faults);
        properties.needs("query", "it is written as SOURCE 'log-group' | fields @timestamp, @message", faults);
        let views = [
            ("table", LogView::Table),
            ("timeSeries", LogView::TimeSeries),
            ("bar", LogView::Bar),
            ("pie", LogView::Pie),
        ];
        let text = |name: &str, faults: &mut Faults| properties.text(name, faults).map(str::to_owned);
        let (groups, query) = text("query", faults).map(|query| apart(&query)).unwrap_or_default();
        if properties.has("query") && groups.is_empty() {
            let message = "a query begins with the log groups that it searches: SOURCE 'group' | SOURCE 'other' | …";
            faults.add(properties.at("query"), message);
        }
        if groups.len() > MOST_GROUPS {
            let message = format!("a query searches at most {MOST_GROUPS} log groups, and this names {}", groups.len());
            faults.add(properties.at("query"), message);
        }
        match text("query", &mut Faults::default()).filter(|_| !groups.is_empty()) {
            Some(_) if query.is_empty() => {
                let message =
                    "nothing follows the log groups; write what is asked, as in | fields @timestamp, @message";
                faults.add(properties.at("query"), message);
            }
            Some(whole) => {
                if let Err(error) = Query::parse(&whole) {
                    faults.add(properties.at("query"), error.to_string());
                }
            }
            None => {}
        }
        Self {
            title: text("title", faults).unwrap_or_default(),
            view: properties.one_of("view", &views, faults).unwrap_or_default(),
            stacked: properties.flag("stacked", faults).unwrap_or(false),
            region: text("region", faults).unwrap_or_default(),
            account: text("accountId", faults),
            groups,
            query,
        }
    }

    pub(super) fn request(&self, view: &View) -> Request {
        if self.is_elsewhere(view).is_some() {
            return Request::Nothing;
        }
        Request::Logs {
            groups: self.groups.clone(),
            query: self.query.clone(),
            start: view.range.start,
            end: view.range.end,
        }
    }

    /// The account or region of its logs, where that is known not to be the asked one.
    pub(super) fn is_elsewhere(&self, view: &View) -> Option<String> {
        let here = view.account.as_ref()?;
        if self.region != here.region {
            return Some(format!(
                "it asks for logs of the region {}, and only those of {} are here",
                self.region, here.region
            ));
        }
        let account = self.account.as_ref().filter(|account| **account != here.id)?;
        Some(format!("it asks for logs of the account {account}, and only those of {} are here", here.id))
    }
}

/// A query's log groups and what follows them.
fn apart(query: &str) -> (Vec<String>, String) {
    let mut groups = Vec::new();
    let mut rest = query.trim_start();
    while let Some((group, after)) = source(rest) {
        groups.push(group.to_owned());
        rest = after.trim_start();
        rest = rest.strip_prefix('|').unwrap_or(rest).trim_start();
    }
    (groups, rest.trim_end().to_owned())
}

/// `SOURCE 'group'` or `SOURCE "group"` at the beginning of a text, and what follows it.
fn source(text: &str) -> Option<(&str, &str)> {
    let (word, rest) = text.split_at_checked("SOURCE".len())?;
    let rest = rest.trim_start();
    let quote =
        rest.chars().next().filter(|quote| ['\'', '"'].contains(quote) && word.eq_ignore_ascii_case("source"))?;
    rest[1..].split_once(quote)
}
