//! Queries against the same said plainly, and texts of any kind.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
struct Fact {
    after: i64,
    level: Option<&'static str>,
    rows: Option<i64>,
}

impl Fact {
    fn line(&self) -> String {
        let mut line = serde_json::Map::new();
        self.level.into_iter().for_each(|level| drop(line.insert("level".to_owned(), level.into())));
        self.rows.into_iter().for_each(|rows| drop(line.insert("rows".to_owned(), rows.into())));
        serde_json::Value::Object(line).to_string()
    }

    fn shown(&self) -> Vec<Option<String>> {
        vec![self.level.map(str::to_owned), self.rows.map(|rows| rows.to_string())]
    }
}

fn fact() -> impl Strategy<Value = Fact> {
    let level = prop::option::of(prop::sample::select(vec!["INFO", "WARN", "ERROR"]));
    (0_i64..600_000, level, prop::option::of(-20_i64..20)).prop_map(|(after, level, rows)| Fact { after, level, rows })
}

/// Facts of different times, oldest first.
fn facts() -> impl Strategy<Value = Vec<Fact>> {
    prop::collection::vec(fact(), 0..60).prop_map(|mut facts| {
        facts.sort_by_key(|fact| fact.after);
        facts.dedup_by_key(|fact| fact.after);
        facts
    })
}

proptest! {
    #[test]
    fn filters_sorts_and_limits_are_those_of_a_list(
        facts in facts(), least in -20_i64..20, most in 1_usize..30, descending in any::<bool>(), shuffled in any::<u64>(),
    ) {
        let mut order: Vec<_> = facts.iter().collect();
        order.sort_by_key(|fact| (fact.after as u64).wrapping_mul(shuffled | 1));
        let logs = logs(order.into_iter().map(|fact| (fact.after, fact.line())));
        let direction = if descending { "desc" } else { "asc" };
        let query = format!(
            "fields level, rows | filter rows >= {least} and level != 'INFO' | sort rows {direction} | limit {most}"
        );
        let mut kept: Vec<&Fact> = facts.iter().rev().filter(|fact| {
            fact.rows.is_some_and(|rows| rows >= least) && fact.level.is_some_and(|level| level != "INFO")
        }).collect();
        let count = kept.len();
        kept.sort_by(|left, right| if descending { right.rows.cmp(&left.rows) } else { left.rows.cmp(&right.rows) });
        kept.truncate(most);
        let found = answer(&logs, &query);
        prop_assert_eq!(found.rows, kept.into_iter().map(Fact::shown).collect::<Vec<_>>());
        prop_assert_eq!(found.statistics.records_matched as usize, count);
        prop_assert_eq!(found.statistics.records_scanned as usize, facts.len());
    }

    #[test]
    fn aggregates_are_those_of_each_group(facts in facts()) {
        let logs = logs(facts.iter().map(|fact| (fact.after, fact.line())));
        let query = "stats count(*) as all, count(rows) as some, sum(rows) as total, min(rows) as least, \
                     max(rows) as most, avg(rows) as mean, pct(rows, 50) as median, latest(rows) as newest \
                     by level, bin(5m) as t | sort t, level";
        let mut groups: BTreeMap<(i64, Option<&str>), Vec<&Fact>> = BTreeMap::new();
        for fact in &facts {
            groups.entry((fact.after / 300_000, fact.level)).or_default().push(fact);
        }
        let mut expected: Vec<_> = groups.into_iter().map(|((bucket, level), members)| {
            let mut rows: Vec<i64> = members.iter().filter_map(|fact| fact.rows).collect();
            let newest = rows.last().copied();
            rows.sort_unstable();
            let text = |number: Option<i64>| number.map(|number| number.to_string());
            let sum = (!rows.is_empty()).then(|| rows.iter().sum());
            let mean = sum.map(|sum: i64| Value::Real(sum as f64 / rows.len() as f64));
            let time = Value::Time((START + bucket * 300) * 1000);
            let cells = vec![
                level.map(str::to_owned),
                time.printed().map(|it| it.into_owned()),
                text(Some(members.len() as i64)),
                text(Some(rows.len() as i64)),
                text(sum),
                text(rows.first().copied()),
                text(rows.last().copied()),
                mean.and_then(|mean| mean.printed().map(|it| it.into_owned())),
                text(rows.get(rows.len().saturating_sub(1) / 2).copied()),
                text(newest),
            ];
            (bucket, level.is_none(), cells)
        }).collect();
        expected.sort_by_key(|(bucket, is_missing, _)| (*bucket, *is_missing));
        let expected: Vec<_> = expected.into_iter().map(|(.., cells)| cells).collect();
        prop_assert_eq!(answer(&logs, query).rows, expected);
    }

    #[test]
    fn dedup_keeps_the_first_of_each(facts in facts()) {
        let logs = logs(facts.iter().map(|fact| (fact.after, fact.line())));
        let mut seen = Vec::new();
        let kept: Vec<_> = facts.iter().rev().filter(|fact| {
            let key = fact.level.zip(fact.rows);
            let is_new = key.is_none() || !seen.contains(&key);
            seen.push(key);
            is_new
        }).map(Fact::shown).collect();
        prop_assert_eq!(answer(&logs, "fields level, rows | dedup level, rows").rows, kept);
    }

    #[test]
    fn any_text_is_a_query_or_a_fault_inside_it(text in "\\PC{0,60}") {
        parsed_or_placed(&text)?;
    }

    #[test]
    fn any_words_are_a_query_or_a_fault(
        words in prop::collection::vec(prop::sample::select(vec![
            "fields", "filter", "stats", "sort", "limit", "parse", "display", "dedup", "unnest", "SOURCE", "by", "as",
            "and", "or", "not", "in", "like", "into", "asc", "desc", "|", "|", "|", ",", "(", ")", "[", "]", "*", "/",
            "/a(?<b>c)/", "'x *'", "\"y\"", "5", "5m", "1.5", "-", "=", "!=", ">", "=~", "^", "%", "!", "a", "@message",
            "`b c`", "a.b[1]", "count(*)", "avg(a)", "bin(5m)", "pct(a, 9)", "abs(a)", "jsonParse(a)", "# x\n", "é",
        ]), 0..24),
    ) {
        let text = words.join(" ");
        if let Some(query) = parsed_or_placed(&text)? {
            let logs = logs([(0, r#"{"a":"{\"b\":[1,2]}","b":2}"#), (1, "x y")]);
            let found = query.run(&logs, &[GROUP], TimeRange { start: START, end: NOW }, NOW);
            let found = found.expect("a group is named");
            prop_assert!(found.rows.iter().all(|row| row.len() == found.columns.len()), "{text}");
        }
    }
}

fn parsed_or_placed(text: &str) -> Result<Option<Query>, TestCaseError> {
    match Query::parse(text) {
        Ok(query) => Ok(Some(query)),
        Err(error) => {
            let location = error.location.as_ref().expect("every fault of a text has a place");
            prop_assert!(location.characters.end <= text.chars().count(), "{error} of {text}");
            prop_assert!(!error.message.is_empty());
            Ok(None)
        }
    }
}
