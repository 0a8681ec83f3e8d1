//! `atalaya dashboard render`: finds the body, reads what its widgets ask for, and shows it.

use std::collections::BTreeMap;

use atalaya_cloudwatch_offline::dashboard::{show, simulate};

use super::{deployed::Deployment, template};
use crate::args::{GlobalArgs, RenderArgs};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;

/// The variable that `--dataset` means.
const DATASET: &str = "dataset";

/// Renders as the options say.
pub(super) async fn run(args: &RenderArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    // A file that cannot be drawn into is told before anything is read.
    args.picture.check()?;
    let shown = match (&args.template, &args.series) {
        (Some(path), Some(series)) => {
            simulate(template::read(args, global, path, output)?, &args.name, series, &args.time, args.chosen())?
        }
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
    show(&shown, &args.picture, output)?;
    Ok(Verdict::Fine)
}

impl RenderArgs {
    /// What the command line chooses for variables.
    pub(super) fn chosen(&self) -> BTreeMap<String, String> {
        let dataset = self.dataset.iter().map(|dataset| (DATASET.to_owned(), dataset.clone()));
        self.variables.iter().cloned().chain(dataset).collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

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
    fn the_dataset_is_a_variable() {
        let chosen = args(&["--dataset", "orders", "--var", "stage=intake"]).chosen();
        let expected = BTreeMap::from([("dataset", "orders"), ("stage", "intake")]);
        assert_eq!(chosen, expected.into_iter().map(|(id, value)| (id.to_owned(), value.to_owned())).collect());
    }
}
