//! `atalaya dashboard list`: the deployed dashboards.

use atalaya_operations::cloudwatch::DashboardEntry;
use comfy_table::Cell;
use jiff::Timestamp;

use crate::args::GlobalArgs;
use crate::connect;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// Asks CloudWatch.
pub(super) async fn run(global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let prefix = format!("{}-", global.stack);
    let dashboards = connect::cloudwatch(global, output).await?.dashboards(&prefix).await.map_err(connect::cloud)?;
    output.answer(&serde_json::json!({ "dashboards": dashboards }))?;
    if dashboards.is_empty() {
        output.line(format!("no dashboards whose names begin with {prefix}"))?;
    } else if !output.is_json() {
        output.line(listing(&dashboards, Timestamp::now()))?;
        let name = dashboards[0].name.strip_prefix(&prefix).unwrap_or(&dashboards[0].name);
        output.line(paint(style::DIM, format!("look at one: atalaya dashboard render {name}")))?;
    }
    Ok(Verdict::Fine)
}

fn listing(dashboards: &[DashboardEntry], now: Timestamp) -> String {
    let mut listing = table::new(["dashboard", "changed", "body"]);
    table::right_align(&mut listing, &[2]);
    for dashboard in dashboards {
        listing.add_row([
            Cell::new(&dashboard.name),
            Cell::new(dashboard.modified.map_or_else(|| "–".to_owned(), |at| human::ago(at, now))),
            Cell::new(human::bytes(dashboard.size)),
        ]);
    }
    table::render(&listing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listing_has_a_line_for_each_dashboard() {
        let now: Timestamp = "2026-01-05T08:00:00Z".parse().expect("a time");
        let listed = |name: &str, modified| DashboardEntry { name: name.to_owned(), modified, size: 12_345 };
        let text = listing(&[listed("a-overview", Some(now)), listed("a-cost", None)], now);
        let words: Vec<Vec<_>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(words[1], ["a-overview", "0", "s", "ago", "12.3", "kB"]);
        assert_eq!(words[2], ["a-cost", "–", "12.3", "kB"]);
    }
}
