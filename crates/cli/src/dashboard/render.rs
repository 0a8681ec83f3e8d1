//! `atalaya dashboard render`: finds the body, reads what its widgets ask for, and shows it.

use std::collections::BTreeMap;
use std::path::Path;

use atalaya_cloudwatch::TimeRange;
use atalaya_cloudwatch_dashboard::{Dashboard, DashboardFaults, Panel, View};
use atalaya_cloudwatch_drawing::{self as drawing, Page, Theme};
use jiff::Timestamp;

use super::{deployed::Deployment, desk, json, template, text};
use crate::args::{GlobalArgs, PictureTheme, RenderArgs};
use crate::exit::{Failure, Verdict};
use crate::output::Output;
use crate::style::{self, paint};
use crate::{human, table};

/// The variable that `--dataset` means.
const DATASET: &str = "dataset";
/// Columns of a text that goes elsewhere than to a terminal.
const PAGE: usize = 100;

/// What a dashboard shows, ready for any way of showing it.
pub(super) struct Shown {
    /// The dashboard's whole name.
    pub(super) name: String,
    /// The time that it shows.
    pub(super) range: TimeRange,
    /// The time of looking.
    pub(super) now: i64,
    /// What its variables have.
    pub(super) variables: BTreeMap<String, String>,
    pub(super) panels: Vec<Panel>,
}

/// Renders as the options say.
pub(super) async fn run(args: &RenderArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    // A file that cannot be drawn into is told before anything is read.
    let picture = args.out.as_deref().map(Picture::of).transpose()?;
    let shown = match (&args.template, &args.series) {
        (Some(path), Some(series)) => desk::show(args, global, path, series, output)?,
        (Some(path), None) => {
            let dashboard = template::read(args, global, path, output)?.dashboard(&args.name)?;
            Deployment::find_or_none(global, output).await.show(args, dashboard).await?
        }
        (None, Some(_)) => {
            return Err(Failure::usage("--series stands for the data of a dashboard that is not deployed")
                .hint("name its template too: --template dashboards/template.yaml"));
        }
        (None, None) => {
            let deployment = Deployment::find(global, output).await?;
            let dashboard = deployment.dashboard(&global.stack, &args.name).await?;
            deployment.show(args, dashboard).await?
        }
    };
    output.answer(&json::answer(&shown))?;
    match (picture, &args.out) {
        (Some(picture), Some(path)) => save(args, &shown, picture, path, output)?,
        _ if !output.is_json() => {
            let width = table::terminal_width();
            output.line(text::tell(&shown, width.unwrap_or(PAGE), width.is_some()))?;
        }
        _ => {}
    }
    Ok(Verdict::Fine)
}

/// What a file is, by its name.
#[derive(Clone, Copy)]
enum Picture {
    Svg,
    Png,
}

impl Picture {
    fn of(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            _ => Err(Failure::usage(format!("{} is neither an .svg nor a .png", path.display()))
                .hint("the name's ending says which picture is written: --out overview.png")),
        }
    }
}

fn save(args: &RenderArgs, shown: &Shown, picture: Picture, path: &Path, output: &mut Output) -> Result<(), Failure> {
    let subtitle = subtitle(shown);
    let page = Page { title: &shown.name, subtitle: &subtitle, panels: &shown.panels };
    let theme = match args.theme {
        PictureTheme::Light => Theme::Light,
        PictureTheme::Dark => Theme::Dark,
    };
    let svg = drawing::page(&page, args.width, theme);
    let bytes = match picture {
        Picture::Svg => svg.into_bytes(),
        Picture::Png => drawing::png(&svg, 1.0)
            .map_err(|error| Failure::usage(error.to_string()).hint("a smaller --width makes a smaller picture"))?,
    };
    std::fs::write(path, &bytes).map_err(|error| {
        Failure::unreadable(format!("cannot write {}: {error}", path.display()))
            .hint("check the folder, and your rights")
    })?;
    let size = human::bytes(bytes.len() as u64);
    let count = human::counted(shown.panels.len() as u64, "widget");
    output.line(format!("{} {}: {count}, {size}", paint(style::GOOD, "✓"), path.display()))?;
    let empty = shown.panels.iter().filter(|panel| !panel.remarks.is_empty()).count();
    if empty > 0 {
        output.line(paint(style::DIM, format!("  {empty} of them with a remark, such as why there are no data")))?;
    }
    Ok(())
}

/// `the last 3 hours · dataset orders · seen 2026-01-05 08:00 UTC`.
pub(super) fn subtitle(shown: &Shown) -> String {
    let mut parts = vec![shown.range.in_words(shown.now)];
    parts.extend(shown.variables.iter().map(|(id, value)| format!("{id} {value}")));
    let seen = Timestamp::from_second(shown.now).unwrap_or_default();
    parts.push(format!("seen {} UTC", seen.strftime("%Y-%m-%d %H:%M")));
    parts.join(" · ")
}

impl RenderArgs {
    /// What the command line chooses for variables.
    pub(super) fn chosen(&self) -> BTreeMap<String, String> {
        let dataset = self.dataset.iter().map(|dataset| (DATASET.to_owned(), dataset.clone()));
        self.variables.iter().cloned().chain(dataset).collect()
    }

    /// The view of a dashboard at `now`, without alarms.
    pub(super) fn view(&self, dashboard: &Dashboard, now: i64) -> Result<View, Failure> {
        let range = match (self.since, self.start, self.end) {
            (Some(since), None, end) => {
                let end = end.map_or(now, Timestamp::as_second);
                TimeRange { start: end - since, end }
            }
            (None, Some(start), end) => {
                TimeRange { start: start.as_second(), end: end.map_or(now, Timestamp::as_second) }
            }
            (None, None, Some(end)) => dashboard.default_range(end.as_second()),
            _ => dashboard.default_range(now),
        };
        if range.start >= range.end {
            return Err(
                Failure::usage("the time ends before it begins").hint("--start lies before --end and before now")
            );
        }
        let mut view = View::new(range, now);
        view.period = dashboard.default_period();
        Ok(view)
    }
}

/// A body that cannot be used, or a variable that there is not.
pub(super) fn faults(faults: &DashboardFaults) -> Failure {
    let lines: Vec<_> = faults.faults.iter().map(|fault| format!("  {fault}")).collect();
    let count = human::counted(faults.faults.len() as u64, "fault");
    let details: Vec<_> =
        faults.faults.iter().map(|fault| serde_json::json!({ "path": fault.path, "message": fault.message })).collect();
    Failure::template(format!("{count} in the dashboard {}:\n{}", faults.dashboard, lines.join("\n")))
        .details(details.into())
}

/// The dashboard's variables with what is chosen over what they open with.
pub(super) fn choose(
    dashboard: &Dashboard,
    opening: BTreeMap<String, String>,
    chosen: BTreeMap<String, String>,
) -> Result<(Dashboard, BTreeMap<String, String>), Failure> {
    let variables: BTreeMap<_, _> = opening.into_iter().chain(chosen).collect();
    let dashboard = dashboard.choose(&variables).map_err(|error| faults(&error))?;
    Ok((dashboard, variables))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use serde_json::json;

    use super::*;
    use crate::args::{Cli, Command, DashboardCommand};

    fn args(more: &[&str]) -> RenderArgs {
        let line = ["atalaya", "dashboard", "render", "overview"].iter().chain(more);
        match Cli::try_parse_from(line).unwrap_or_else(|error| panic!("{error}")).command {
            Command::Dashboard(DashboardCommand::Render(args)) => *args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_options_say_which_time_is_shown() {
        let dashboard = Dashboard::parse("d", &json!({ "start": "-PT1H", "widgets": [] })).expect("valid");
        let now = 1_767_600_000; // 2026-01-05T08:00:00Z
        let range =
            |more: &[&str]| args(more).view(&dashboard, now).map(|view| (view.range.start - now, view.range.end - now));
        assert_eq!(range(&[]).expect("the body's"), (-3600, 0));
        assert_eq!(range(&["--since", "2h"]).expect("valid"), (-7200, 0));
        assert_eq!(range(&["--since", "2h", "--end", "2026-01-05T07:00:00Z"]).expect("valid"), (-10_800, -3600));
        assert_eq!(range(&["--start", "2026-01-05T06:00:00Z"]).expect("valid"), (-7200, 0));
        assert!(range(&["--start", "2026-01-05T09:00:00Z"]).is_err());
    }

    #[test]
    fn the_dataset_is_a_variable_and_the_file_s_name_says_its_kind() {
        let chosen = args(&["--dataset", "orders", "--var", "stage=intake"]).chosen();
        let expected = BTreeMap::from([("dataset", "orders"), ("stage", "intake")]);
        assert_eq!(chosen, expected.into_iter().map(|(id, value)| (id.to_owned(), value.to_owned())).collect());
        assert!(matches!(Picture::of(Path::new("a/b.SVG")), Ok(Picture::Svg)));
        assert!(matches!(Picture::of(Path::new("b.png")), Ok(Picture::Png)));
        assert!(Picture::of(Path::new("png")).is_err());
    }
}
