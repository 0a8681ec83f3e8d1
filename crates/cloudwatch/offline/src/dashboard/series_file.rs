//! Files of series that stand for the data of a dashboard: one series a line, in the notation of alarm tests.

use std::collections::BTreeMap;
use std::path::Path;

use atalaya_cloudwatch::MetricId;
use atalaya_cloudwatch_testing as testing;

use atalaya_terminal::exit::Failure;
use atalaya_terminal::human;

/// A series of a file: by the minute, from the file's beginning on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    pub(super) metric: MetricId,
    pub(super) notation: testing::Notation,
}

/// Reads lines such as `Atalaya FilesFailed {Dataset=orders}: 0x60 2+1x30`. A blank line and one that begins with `#`
/// say nothing; a key may stand in quotes, as in YAML; `${Name}` in it stands for the value of `variables`.
pub(super) fn read(path: &Path, variables: &BTreeMap<String, String>) -> Result<Vec<Series>, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::unreadable(format!("cannot read {}: {error}", path.display())))?;
    let mut faults = Vec::new();
    let mut all = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
        match series(line.trim(), variables) {
            Ok(series) => all.push(series),
            Err(fault) => faults.push(format!("  {}:{}: {fault}", path.display(), index + 1)),
        }
    }
    if faults.is_empty() {
        return Ok(all);
    }
    let count = human::counted(faults.len() as u64, "fault");
    Err(Failure::usage(format!("{count} in the series:\n{}", faults.join("\n")))
        .hint("a line is as in `Atalaya FilesFailed {Dataset=orders}: 0x60 2+1x30`, a period is a minute"))
}

fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

fn series(line: &str, variables: &BTreeMap<String, String>) -> Result<Series, String> {
    // What follows the last colon is no part of a name: names of resources have colons without blanks.
    let (key, notation) = line.rsplit_once(": ").ok_or("there is no `: ` between a metric and its values")?;
    let key = key.trim();
    let quoted = ['\'', '"'].iter().find_map(|quote| key.strip_prefix(*quote)?.strip_suffix(*quote));
    let key = testing::substitute(quoted.unwrap_or(key), variables)
        .map_err(|name| format!("`${{{name}}}` stands for nothing; the template has no such parameter"))?;
    let metric = testing::metric(&key).map_err(|fault| format!("`{key}` {fault}"))?;
    let notation = testing::series(notation).map_err(|error| error.to_string())?;
    Ok(Series { metric, notation })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<Series>, Failure> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        read(file.path(), &BTreeMap::from([("Stack".to_owned(), "prod".to_owned())]))
    }

    #[test]
    fn lines_are_read_and_comments_passed_over() {
        let text =
            "# a day\n\nAtalaya FilesFailed: 0x3 2\n'AWS/States A {StateMachineArn=arn:aws:states:r:1:${Stack}}': 5\n";
        let all = read_text(text).expect("valid");
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].metric.to_string().as_str(), all[0].notation.periods), ("Atalaya FilesFailed", 4));
        assert_eq!(all[1].metric.dimensions["StateMachineArn"], "arn:aws:states:r:1:prod");
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let Err(Failure::Told(told)) = read_text("A b: 1\nA: 1\nA b 1\nA b: x\nA b {c=${D}}: 1\n") else {
            panic!("faults")
        };
        for part in ["4 faults", ":2: `A` lacks a part", ":3: there is no", ":4: `x`", ":5: `${D}` stands for nothing"]
        {
            assert!(told.message().contains(part), "`{part}` is missing:\n{}", told.message());
        }
    }
}
