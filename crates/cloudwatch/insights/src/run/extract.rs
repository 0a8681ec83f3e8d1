//! `parse`.

use crate::{syntax::Pattern, value::Value};

/// What the pattern finds in a text, as many values as it has names; missing ones where it does not match.
pub(super) fn extract(pattern: &Pattern, source: &Value<'_>) -> Vec<Value<'static>> {
    let count = pattern.names().len();
    let text = source.text();
    let found = text.and_then(|text| match pattern {
        Pattern::Glob { texts, .. } => glob(texts, &text),
        Pattern::Regex(regex) => {
            let captures = regex.captures(&text)?;
            let groups = regex.capture_names().flatten().map(|name| captures.name(name));
            Some(groups.map(|group| group.map_or(Value::Null, |found| Value::owned(found.as_str()))).collect())
        }
    });
    found.unwrap_or_else(|| vec![Value::Null; count])
}

/// What the stars stand for. The first literal text may stand anywhere; each star then takes as little as it can, and
/// one at the end all that is left. A pattern that begins with a star begins at the beginning.
fn glob(texts: &[String], text: &str) -> Option<Vec<Value<'static>>> {
    let (first, others) = texts.split_first()?;
    let mut rest = &text[text.find(first.as_str())? + first.len()..];
    let mut found = Vec::with_capacity(others.len());
    for (index, literal) in others.iter().enumerate() {
        let is_last = index + 1 == others.len();
        let end = if is_last && literal.is_empty() { rest.len() } else { rest.find(literal.as_str())? };
        found.push(Value::owned(&rest[..end]));
        rest = &rest[end + literal.len()..];
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    fn texts(pattern: &str) -> Vec<String> {
        pattern.split('*').map(str::to_owned).collect()
    }

    fn found(pattern: &str, text: &str) -> Option<Vec<String>> {
        let values = glob(&texts(pattern), text)?;
        Some(values.iter().map(|value| value.text().unwrap_or_default().into_owned()).collect())
    }

    #[test]
    fn stars_take_what_is_between_the_texts() {
        for (pattern, text, expected) in [
            (
                "user=*, method:*, latency := *",
                "x user=ann, method:GET, latency := 12 ms",
                Some(vec!["ann", "GET", "12 ms"]),
            ),
            ("* [*] *", "2024 [INFO] all [is] well", Some(vec!["2024", "INFO", "all [is] well"])),
            ("[*]", "a [b] c [d]", Some(vec!["b"])),
            ("*", "all of it", Some(vec!["all of it"])),
            ("*", "", Some(vec![""])),
            ("a*b", "ab", Some(vec![""])),
            ("a*b", "acd", None),
            ("a*b", "b a", None),
            ("é*ü", "xéöüx", Some(vec!["ö"])),
            ("took * ms", "took 1\n2 ms", Some(vec!["1\n2"])),
        ] {
            let expected = expected.map(|values| values.into_iter().map(str::to_owned).collect());
            assert_eq!(found(pattern, text), expected, "{pattern} of {text}");
        }
    }

    #[test]
    fn what_does_not_match_is_missing() {
        let pattern = Pattern::Regex(Regex::new(r"(?<a>\d+)(-(?<b>\w+))?").expect("a pattern"));
        let of = |text: &'static str| extract(&pattern, &Value::Text(Cow::Borrowed(text)));
        assert_eq!(of("x 12-ab"), [Value::owned("12"), Value::owned("ab")]);
        assert_eq!(of("x 12"), [Value::owned("12"), Value::Null]);
        assert_eq!(of("none"), [Value::Null, Value::Null]);
        assert_eq!(extract(&pattern, &Value::Null), [Value::Null, Value::Null]);
        assert_eq!(extract(&pattern, &Value::Whole(7)), [Value::owned("7"), Value::Null]);
    }

    proptest! {
        /// A glob is the regular expression with lazy groups in place of the stars.
        #[test]
        fn a_glob_is_a_lazy_regular_expression(
            pieces in prop::collection::vec("[ab =]{1,2}", 1..4),
            (starts, ends) in any::<(bool, bool)>(),
            text in "[ab =c]{0,14}",
        ) {
            let mut pattern = pieces.join("*");
            if starts { pattern.insert(0, '*'); }
            if ends { pattern.push('*'); }
            prop_assume!(pattern.contains('*'));
            let texts = texts(&pattern);
            let mut regex = "(?s)".to_owned();
            for (index, piece) in texts.iter().enumerate() {
                if index > 0 {
                    regex.push_str(if index + 1 == texts.len() && piece.is_empty() { "(.*)$" } else { "(.*?)" });
                }
                if index == 0 && piece.is_empty() { regex.push('^'); }
                regex.push_str(&regex::escape(piece));
            }
            let captures = Regex::new(&regex).expect("a pattern").captures(&text);
            let expected = captures.map(|all| {
                all.iter().skip(1).map(|one| one.map_or("", |it| it.as_str()).to_owned()).collect::<Vec<_>>()
            });
            prop_assert_eq!(found(&pattern, &text), expected);
        }
    }
}
