//! Rows of `metrics` and their shorthand.

use proptest::prelude::*;

use super::*;

/// Rows as people and CloudWatch's console shorten them: what a row has in common with the one above is `.`, or, where
/// only its last elements differ, `...` and those.
fn compress(rows: &[Vec<String>], with_dots: bool) -> Vec<Vec<String>> {
    let mut short = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let Some(above) = index.checked_sub(1).map(|above| &rows[above]) else {
            short.push(row.clone());
            continue;
        };
        let same = row.iter().zip(above).take_while(|(one, other)| one == other).count();
        if with_dots && row.len() == above.len() && same > 0 {
            let mut shortened = vec!["...".to_owned()];
            shortened.extend_from_slice(&row[same..]);
            short.push(shortened);
        } else {
            let dot = |(index, text): (usize, &String)| {
                if above.get(index) == Some(text) { ".".to_owned() } else { text.clone() }
            };
            short.push(row.iter().enumerate().map(dot).collect());
        }
    }
    short
}

fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let row = (0..3_u8, 0..3_u8, proptest::collection::btree_map(0..4_u8, 0..3_u8, 0..4));
    let text = |(namespace, name, dimensions): (u8, u8, std::collections::BTreeMap<u8, u8>)| {
        let mut row = vec![format!("N{namespace}"), format!("m{name}")];
        row.extend(dimensions.into_iter().flat_map(|(name, value)| [format!("d{name}"), format!("v{value}")]));
        row
    };
    proptest::collection::vec(row.prop_map(text), 1..12)
}

fn expanded(rows: &[Vec<String>]) -> Vec<MetricId> {
    let board = parse(&of_metrics(json!({ "metrics": rows })));
    board.metric_rows().map(|row| row.metric.clone()).collect()
}

proptest! {
    #[test]
    fn shortened_rows_are_the_rows(rows in rows(), with_dots: bool) {
        let full: Vec<MetricId> = rows
            .iter()
            .map(|row| MetricId::new(&row[0], &row[1], row[2..].chunks(2).map(|pair| (&pair[0], &pair[1]))))
            .collect();
        prop_assert_eq!(expanded(&compress(&rows, with_dots)), full.clone());
        prop_assert_eq!(expanded(&rows), full);
    }
}

#[test]
fn rows_repeat_what_stands_above_them() {
    let rows = json!([
        ["Acme", "m", "Feed", "a", "Stage", "load"],
        ["...", "read"],
        [{"expression": "TIME_SERIES(1)"}],
        [".", "n", ".", "b", ".", "."],
        ["...", "Stage", "write"],
        ["..."],
        ["Acme", "alone"],
    ]);
    let board = parse(&of_metrics(json!({ "metrics": rows })));
    let metrics: Vec<String> = board.metric_rows().map(|row| row.metric.to_string()).collect();
    assert_eq!(
        metrics,
        [
            "Acme m {Feed=a, Stage=load}",
            "Acme m {Feed=a, Stage=read}",
            "Acme n {Feed=b, Stage=read}",
            "Acme n {Feed=b, Stage=write}",
            "Acme n {Feed=b, Stage=write}",
            "Acme alone",
        ]
    );
}

#[test]
fn rows_without_ids_get_some_that_are_free() {
    let body = of_metrics(json!({"metrics": [
        ["Acme", "a"], ["Acme", "b", {"id": "m2"}], ["Acme", "c"],
        [{"expression": "m1 + m2"}], [{"expression": "m3", "id": "e2"}], [{"expression": "e1"}],
    ]}));
    let Request::Metrics { queries, .. } = parse(&body).widgets()[0].request(&view(60)) else { panic!("a request") };
    let ids: Vec<&str> = queries.iter().map(|query| query.id.as_str()).collect();
    assert_eq!(ids, ["m1", "m2", "m3", "e1", "e2", "e3"]);
}
