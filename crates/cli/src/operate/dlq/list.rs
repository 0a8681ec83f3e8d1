//! `atalaya dlq list`.

use atalaya_operations::queues::Depth;
use jiff::Timestamp;
use serde_json::json;

use crate::args::{DeadLetterQueue, GlobalArgs};
use crate::connect::{self, Stack};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

use super::queue;

/// How many messages are looked at to find the oldest.
const LOOKED_AT: usize = 100;

/// Counts the messages of each queue and finds the oldest.
pub(super) async fn run(global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let now = Timestamp::now();
    let mut lines = Vec::new();
    let mut queues = Vec::new();
    for queue in DeadLetterQueue::ALL {
        let letters = queue::dead_letters(&stack, queue).await?;
        let depth = letters.depth().await.map_err(connect::cloud)?;
        let seen = if depth.visible == 0 { Vec::new() } else { queue::look(&letters, LOOKED_AT).await? };
        let oldest = seen.iter().filter_map(|letter| letter.sent_at).min();
        lines.push(told(queue, depth, oldest, seen.len() as u64, now));
        queues.push(json!({
            "queue": queue.role(), "visible": depth.visible, "in_flight": depth.in_flight,
            "oldest": oldest, "meaning": queue.meaning(),
        }));
    }
    output.answer(&json!({ "queues": queues }))?;
    output.line(lines.join("\n"))?;
    Ok(Verdict::Fine)
}

fn told(queue: DeadLetterQueue, depth: Depth, oldest: Option<Timestamp>, seen: u64, now: Timestamp) -> String {
    let name = queue.role();
    let mut count = match depth.visible {
        0 => paint(style::GOOD, "empty"),
        visible => paint(style::BAD, human::counted(visible, "message")),
    };
    if depth.in_flight > 0 {
        count.push_str(&format!(", {} hidden for a moment by somebody's look", human::count(depth.in_flight)));
    }
    if let Some(oldest) = oldest {
        // Of a queue that is looked at in part, another message may be older.
        let at_least = if seen < depth.visible { "at least " } else { "" };
        count.push_str(&format!(", the oldest {at_least}{}", human::ago(oldest, now)));
    }
    let mut lines = vec![format!("{}  {count}", paint(style::STRONG, format!("{name:<6}")))];
    let width = table::terminal_width();
    lines.push(paint(style::DIM, human::wrap(queue.meaning(), "        ", width)));
    if depth.visible > 0 {
        lines.push(format!("        {}", paint(style::COMMAND, format!("atalaya dlq show {name}"))));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use atalaya_cloud::testing::at;

    use super::*;

    #[test]
    fn a_queue_tells_how_much_lies_there_and_since_when() {
        let empty = told(DeadLetterQueue::Page, Depth { visible: 0, in_flight: 0 }, None, 0, at(0));
        assert!(empty.contains("empty") && !empty.contains("dlq show"), "{empty}");
        let some = told(DeadLetterQueue::Intake, Depth { visible: 300, in_flight: 2 }, Some(at(0)), 100, at(7200));
        for part in ["300 messages", "2 hidden", "at least 2 h ago", "atalaya dlq show intake"] {
            assert!(some.contains(part), "`{part}` is missing:\n{some}");
        }
    }
}
