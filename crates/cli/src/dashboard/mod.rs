//! `atalaya dashboard`: the dashboards of a deployment or of a template, as a picture, as text or as data.

mod deployed;
pub(crate) mod list;
mod render;
mod template;

use crate::args::{DashboardCommand, GlobalArgs};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;

/// Lists, or renders one.
pub(crate) async fn run(
    command: &DashboardCommand,
    global: &GlobalArgs,
    output: &mut Output,
) -> Result<Verdict, Failure> {
    match command {
        DashboardCommand::List => list::run(global, output).await,
        DashboardCommand::Render(args) => render::run(args, global, output).await,
    }
}
