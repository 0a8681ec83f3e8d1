//! The key of a series: `AWS/SQS ApproximateAgeOfOldestMessage {QueueName=${PipelineStack}-intake}`.

use std::collections::BTreeMap;

use atalaya_cloudwatch::MetricId;

/// What a key needs in order to be read, for a message.
const SHAPE: &str = "a series is named by namespace, metric and dimensions, as in `AWS/Lambda Errors {FunctionName=orders}`; \
                     a part with blanks, commas or braces stands in double quotes";

/// Reads the key of a series; `${…}` in it stays as it is.
///
/// # Errors
/// What is wrong with the key, in words.
pub fn metric(key: &str) -> Result<MetricId, String> {
    let mut scanner = Scanner { rest: key };
    let namespace = scanner.part(" {")?;
    let name = scanner.part(" {")?;
    let dimensions = scanner.dimensions()?;
    if !scanner.rest.trim().is_empty() {
        return Err(format!("goes on with `{}`; {SHAPE}", scanner.rest.trim()));
    }
    Ok(MetricId { namespace, name, dimensions })
}

/// `text` with each `${Name}` replaced by its value.
///
/// # Errors
/// The first name that has no value.
pub fn substitute(text: &str, variables: &BTreeMap<String, String>) -> Result<String, String> {
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else { break };
        done.push_str(before);
        done.push_str(variables.get(name.trim()).ok_or_else(|| name.trim().to_owned())?);
        rest = after;
    }
    done.push_str(rest);
    Ok(done)
}

/// A key that is read from left to right.
struct Scanner<'a> {
    rest: &'a str,
}

impl Scanner<'_> {
    /// A part up to one of the letters in `ends`, or one in double quotes.
    fn part(&mut self, ends: &str) -> Result<String, String> {
        self.rest = self.rest.trim_start();
        if let Some(rest) = self.rest.strip_prefix('"') {
            let (part, rest) = rest.split_once('"').ok_or_else(|| format!("has no closing quote; {SHAPE}"))?;
            self.rest = rest;
            return Ok(part.to_owned());
        }
        let mut end = 0;
        while let Some(letter) = self.rest[end..].chars().next() {
            if let Some(inner) = self.rest[end..].strip_prefix("${") {
                end += 2 + inner.find('}').map_or(inner.len(), |close| close + 1);
                continue;
            }
            if ends.contains(letter) {
                break;
            }
            end += letter.len_utf8();
        }
        let (part, rest) = self.rest.split_at(end);
        self.rest = rest;
        let part = part.trim();
        if part.is_empty() { Err(format!("lacks a part; {SHAPE}")) } else { Ok(part.to_owned()) }
    }

    /// `{Name=value, Name=value}`, or nothing.
    fn dimensions(&mut self) -> Result<BTreeMap<String, String>, String> {
        let mut dimensions = BTreeMap::new();
        let Some(rest) = self.rest.trim_start().strip_prefix('{') else { return Ok(dimensions) };
        self.rest = rest.trim_start();
        if let Some(rest) = self.rest.strip_prefix('}') {
            self.rest = rest;
            return Ok(dimensions);
        }
        loop {
            let name = self.part("=,}")?;
            self.expect('=', &name)?;
            let value = self.part(",}")?;
            if dimensions.insert(name.clone(), value).is_some() {
                return Err(format!("has the dimension `{name}` twice"));
            }
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                continue;
            }
            self.expect('}', "the dimensions")?;
            return Ok(dimensions);
        }
    }

    fn expect(&mut self, letter: char, after: &str) -> Result<(), String> {
        self.rest = self.rest.trim_start();
        let rest = self.rest.strip_prefix(letter);
        self.rest = rest.ok_or_else(|| format!("has no `{letter}` after {after}; {SHAPE}"))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read() {
        for (key, expected) in [
            ("Atalaya FilesFailed", MetricId::total("Atalaya", "FilesFailed")),
            ("AWS/SQS  Age {QueueName=q}", MetricId::new("AWS/SQS", "Age", [("QueueName", "q")])),
            ("A b{x=1,y=a b}", MetricId::new("A", "b", [("x", "1"), ("y", "a b")])),
            (
                "A b { x = ${Stack}-in, y=${AWS::Region} }",
                MetricId::new("A", "b", [("x", "${Stack}-in"), ("y", "${AWS::Region}")]),
            ),
            (
                "\"My App\" \"Cart size\" {\"my dim\"=\"a,b}\"}",
                MetricId::new("My App", "Cart size", [("my dim", "a,b}")]),
            ),
            ("A b {}", MetricId::total("A", "b")),
        ] {
            assert_eq!(metric(key).expect(key), expected, "{key}");
        }
        for key in ["", "A", "A b c", "A b {x}", "A b {x=1", "A b {x=1} d", "A b {x=1, x=2}", "A \"b", "A b {=1}"] {
            assert!(metric(key).is_err(), "{key}");
        }
    }

    #[test]
    fn variables_are_put_in() {
        let variables = BTreeMap::from([("Stack".to_owned(), "prod".to_owned())]);
        assert_eq!(substitute("a-${Stack}-${ Stack }$", &variables), Ok("a-prod-prod$".to_owned()));
        assert_eq!(substitute("${Stak}", &variables), Err("Stak".to_owned()));
        assert_eq!(substitute("open ${", &variables), Ok("open ${".to_owned()));
    }
}
