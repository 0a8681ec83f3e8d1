//! Rows that were rejected, judged again under another contract: the engine agrees with a slow and simple restatement,
//! and whatever the two contracts are, no row is loaded twice and no key that is loaded comes again.

use std::{collections::BTreeSet, sync::Arc};

use arrow_array::{Array, cast::AsArray, types::Int64Type};
use atalaya_contract::{CsvDialect, LogicalType, NumberOptions, Object, Property, Threshold};
use atalaya_engine::{Engine, OtherKeys, Outcome, Plan, Rows};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::{collection::vec, prelude::*, sample::select};

use crate::run::{Run, plan_of, run, run_with};

/// What a contract for `id,amount` wants.
#[derive(Debug, Clone, Copy)]
struct Rules {
    key: Key,
    most_id: i64,
    least_amount: i64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Key {
    None,
    Primary,
    Unique,
}

impl Rules {
    fn plan(self) -> Arc<Plan> {
        let column = |name: &str, bounds: &dyn Fn(&mut NumberOptions)| {
            let mut options = NumberOptions::default();
            bounds(&mut options);
            Property {
                name: name.to_owned(),
                label: name.to_owned(),
                logical_type: LogicalType::Integer(options),
                required: false,
                unique: self.key == Key::Unique && name == "id",
                enumeration: None,
                classification: None,
                quality: Vec::new(),
            }
        };
        let properties = vec![
            column("id", &|options| options.bounds.max = Some(self.most_id.into())),
            column("amount", &|options| options.bounds.min = Some(self.least_amount.into())),
        ];
        let primary_key = if self.key == Key::Primary { vec![0] } else { Vec::new() };
        let object = Object { name: "t".to_owned(), properties, primary_key, quality: Vec::new() };
        let dialect = CsvDialect { null_tokens: vec![String::new()], ..CsvDialect::default() };
        let threshold = Threshold::default();
        Arc::new(plan_of(object, dialect, threshold).tolerating_rejects())
    }

    /// The key that a row brings, good row or not.
    fn key_of(self, row: &[&str]) -> Option<i64> {
        (self.key != Key::None).then(|| row[0].parse().ok()).flatten()
    }

    /// Whether the row breaks a rule by itself.
    fn breaks(self, row: &[&str]) -> bool {
        let id_breaks = match row[0] {
            "" => self.key == Key::Primary,
            id => id.parse::<i64>().map_or(true, |id| id > self.most_id),
        };
        let amount_breaks = |amount: &str| {
            !amount.is_empty() && amount.parse::<i64>().map_or(true, |amount| amount < self.least_amount)
        };
        id_breaks || row.len() != 2 || amount_breaks(row[1])
    }

    /// The rows, from 1, that are good among the selected, and those that are not.
    fn judge(self, rows: &[Vec<&str>], selected: &BTreeSet<u64>) -> (Vec<u64>, BTreeSet<u64>) {
        let number = |at: usize| at as u64 + 1;
        let others = rows.iter().enumerate().filter(|(at, _)| !selected.contains(&number(*at)));
        let mut taken: BTreeSet<i64> = others.filter_map(|(_, row)| self.key_of(row)).collect();
        let (mut good, mut bad) = (Vec::new(), BTreeSet::new());
        for (at, row) in rows.iter().enumerate().filter(|(at, _)| selected.contains(&number(*at))) {
            let repeated = self.key_of(row).is_some_and(|key| !taken.insert(key));
            if repeated || self.breaks(row) {
                bad.insert(number(at));
            } else {
                good.push(number(at));
            }
        }
        (good, bad)
    }
}

fn rules() -> impl Strategy<Value = Rules> {
    (select(vec![Key::None, Key::Primary, Key::Primary, Key::Unique]), 2_i64..9, -4_i64..4)
        .prop_map(|(key, most_id, least_amount)| Rules { key, most_id, least_amount })
}

/// Rows with few different keys, some of them broken in shape or type.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let row = (0_i64..9, -5_i64..6, 0_u8..20).prop_map(|(id, amount, oddity)| match oddity {
        0 => format!("x,{amount}"),
        1 => format!("{id},y"),
        2 => format!(",{amount}"),
        3 => format!("{id},"),
        4 => format!("{id},{amount},more"),
        5 => format!("{id}"),
        6 => format!("\"{id}\",{amount}"),
        _ => format!("{id},{amount}"),
    });
    vec(row, 0..60)
}

fn rejected_rows(run: &Run) -> BTreeSet<u64> {
    run.lines().iter().filter_map(|reject| reject.row).collect()
}

/// Judges the rejected rows of `first` alone, in chunks of `step` bytes.
fn again(plan: &Arc<Plan>, text: &[u8], first: &Run, step: usize) -> Run {
    let rows = first.lines().into_iter().filter_map(|reject| reject.row.zip(reject.byte));
    let rows = Arc::new(Rows::new(rows));
    let others = plan.compares_rows().then(|| {
        let mut keys = OtherKeys::new(Arc::clone(plan), Arc::clone(&rows)).expect("an engine");
        text.chunks(step).for_each(|chunk| keys.feed(chunk).expect("the engine works"));
        keys.finish().expect("the engine ends").unwrap_or_else(|verdict| panic!("{verdict:?}"))
    });
    run_with(Engine::for_rows(Arc::clone(plan), rows, others).expect("an engine"), text.chunks(step))
}

/// The ids and amounts that were written.
fn written(run: &Run) -> Vec<[Option<i64>; 2]> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(run.parquet.clone())).expect("a Parquet file");
    let batches = reader.build().expect("a reader").map(|batch| batch.expect("a batch"));
    let rows = batches.flat_map(|batch| {
        let cell = |column: usize, row: usize| {
            let column = batch.column(column).as_primitive::<Int64Type>();
            column.is_valid(row).then(|| column.value(row))
        };
        (0..batch.num_rows()).map(|row| [cell(0, row), cell(1, row)]).collect::<Vec<_>>()
    });
    rows.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rejected_rows_are_judged_again_alone(
        lines in texts(), before in rules(), after in rules(), step in 1_usize..400
    ) {
        let text = format!("id,amount\n{}\n", lines.join("\n")).into_bytes();
        let rows: Vec<Vec<&str>> = lines.iter().map(|line| line.split(',').map(|cell| cell.trim_matches('"')).collect()).collect();
        let all: BTreeSet<u64> = (1..=rows.len() as u64).collect();
        let cells = |number: &u64| {
            let row = &rows[*number as usize - 1];
            [row[0].parse::<i64>().ok(), row[1].parse::<i64>().ok()]
        };

        let first = run(&before.plan(), [&text[..]]);
        let (loaded, rejected) = before.judge(&rows, &all);
        prop_assert_eq!(rejected_rows(&first), rejected.clone());

        let second = again(&after.plan(), &text, &first, step);
        let (added, still) = after.judge(&rows, &rejected);
        prop_assert_eq!(second.verdict.outcome, Outcome::Available);
        prop_assert_eq!(written(&second), added.iter().map(cells).collect::<Vec<_>>());
        prop_assert_eq!(rejected_rows(&second), still.clone());
        let rows_told = second.verdict.rows;
        prop_assert_eq!(rows_told.read, rows.len() as u64);
        prop_assert_eq!((rows_told.accepted, rows_told.rejected), (added.len() as u64, still.len() as u64));

        let is_loaded: BTreeSet<u64> = loaded.iter().copied().collect();
        prop_assert!(added.iter().all(|row| !is_loaded.contains(row)));
        let keys: BTreeSet<i64> = loaded.iter().filter_map(|row| after.key_of(&rows[*row as usize - 1])).collect();
        let mut new = added.iter().filter_map(|row| after.key_of(&rows[*row as usize - 1]));
        let mut seen = BTreeSet::new();
        prop_assert!(new.all(|key| !keys.contains(&key) && seen.insert(key)));
    }
}

#[test]
fn a_row_that_starts_elsewhere_is_another_row() {
    let rules = Rules { key: Key::Primary, most_id: 9, least_amount: 0 };
    let text = b"id,amount\n1,5\n2,-1\n3,6\n";
    let mut first = run(&rules.plan(), [&text[..]]);
    assert_eq!(rejected_rows(&first), BTreeSet::from([2]));
    let moved = String::from_utf8(first.rejects).expect("text").replace("\"byte\":14", "\"byte\":13");
    first.rejects = moved.into_bytes();
    let rows = Arc::new(Rows::new(first.lines().into_iter().filter_map(|reject| reject.row.zip(reject.byte))));
    assert_eq!((rows.len(), rows.is_empty()), (1, false));
    let mut engine = Engine::for_rows(rules.plan(), rows, None).expect("an engine");
    assert_eq!(engine.feed(text).expect("the engine works"), text.len());
    let verdict = engine.finish().expect("the engine ends");
    assert_eq!(verdict.outcome, Outcome::Rejected);
    assert!(verdict.first_rejects[0].message.contains("row 2 starts at byte 14 now"), "{verdict:?}");
}
