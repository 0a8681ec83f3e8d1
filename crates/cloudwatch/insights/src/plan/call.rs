//! Calls of functions of one row.

use std::ops::Range;

use super::{aggregate::AGGREGATES, expression::Compiler};
use crate::{
    function::{FUNCTIONS, Signature},
    node::Node,
    syntax::{Branch, Period, Tree},
};
use atalaya_cloudwatch::query_error::{Fault, Problem};

/// Functions that are not supported here, each with what to do instead.
const UNSUPPORTED: [(&str, &str); 12] = [
    ("parseDate", "its patterns are not published in full; compare times with toMillis and numbers"),
    ("formatDate", "its patterns are not published in full; times are shown as 2024-07-05 15:19:31.000"),
    ("topk", "what it answers is not published; count, sort and limit"),
    ("split", "use `parse`"),
    ("if", "use coalesce, or a condition, which counts as 1 or 0"),
    ("cidr", "use isIpInSubnet"),
    ("isPublicIP", "use isIpInSubnet"),
    ("isPrivateIP", "use isIpInSubnet"),
    ("ipv4ToNumber", "use isIpInSubnet"),
    ("pattern", "group by parts of the message with `parse` and `stats`"),
    ("coalesceAll", "use coalesce"),
    ("json_extract", "it belongs to another language; use jsonParse(field).name"),
];

/// Functions about time, which take a period or nothing.
const OF_TIME: [&str; 4] = ["bin", "datefloor", "dateceil", "now"];

pub(super) fn call(
    compiler: &mut Compiler<'_, '_>,
    tree: &Tree,
    name: &str,
    arguments: &[Tree],
) -> Result<Node, Problem> {
    match name.to_ascii_lowercase().as_str() {
        "bin" => {
            let period = match arguments {
                [period] => of_period(period)?,
                _ => return Err(misused(tree, "bin takes a period: bin(5m)")),
            };
            let time = compiler.scope.field("@timestamp").map_err(|message| {
                let message = format!("bin needs @timestamp; {message}. Carry a time on and use dateceil(time, 10m)");
                Problem::new(Fault::Unknown, tree.span.clone(), message)
            })?;
            Ok(Node::Floor(Box::new(Node::Slot(time)), period))
        }
        lower @ ("datefloor" | "dateceil") => {
            let [time, period] = arguments else {
                return Err(misused(tree, format!("{lower} takes a time and a period: {lower}(@timestamp, 1h)")));
            };
            let (time, period) = (Box::new(compiler.node(time)?), of_period(period)?);
            Ok(if lower == "datefloor" { Node::Floor(time, period) } else { Node::Ceil(time, period) })
        }
        "now" if arguments.is_empty() => Ok(Node::Now),
        "now" => Err(misused(tree, "now takes no argument; it is the time in seconds")),
        lower => {
            let known = FUNCTIONS.iter().find(|it| it.name.eq_ignore_ascii_case(lower));
            let signature = known.ok_or_else(|| unknown(name, tree.span.start..tree.span.start + name.len()))?;
            check_count(signature, tree, arguments.len())?;
            Ok(Node::Call(signature.function, compiler.all(arguments)?))
        }
    }
}

fn misused(tree: &Tree, message: impl Into<String>) -> Problem {
    Problem::new(Fault::Arguments, tree.span.clone(), message)
}

/// The period of time of an argument.
pub(super) fn of_period(tree: &Tree) -> Result<Period, Problem> {
    match tree.branch {
        Branch::Period(period) => Ok(period),
        _ => Err(misused(tree, "a period is needed here: a number and one of ms, s, m, h, d, w, mo, q, y, such as 5m")),
    }
}

fn check_count(signature: &Signature, tree: &Tree, count: usize) -> Result<(), Problem> {
    let Signature { name, least, most, .. } = *signature;
    if (least..=most).contains(&count) {
        return Ok(());
    }
    let wanted = match (least, most) {
        (least, usize::MAX) => format!("at least {least}"),
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least} to {most}"),
    };
    Err(misused(tree, format!("{name} takes {wanted} of arguments, and {count} stand here")))
}

fn unknown(name: &str, place: Range<usize>) -> Problem {
    if let Some((known, instead)) = UNSUPPORTED.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Problem::new(Fault::Unsupported, place, format!("{known} is not supported: {instead}"));
    }
    let all = FUNCTIONS.iter().map(|it| it.name).chain(OF_TIME).chain(AGGREGATES.iter().map(|(name, ..)| *name));
    let all: Vec<_> = all.collect();
    Problem::new(Fault::Unknown, place, format!("there is no function `{name}`; there are {}", all.join(", ")))
}
