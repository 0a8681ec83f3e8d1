//! The evaluator against one that is written as plainly as can be: one period at a time, by recursion.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Plain {
    Number(f64),
    Metric(usize),
    Binary(char, Box<Plain>, Box<Plain>),
}

impl Plain {
    fn write(&self) -> String {
        match self {
            Self::Number(value) => value.to_string(),
            Self::Metric(index) => format!("m{index}"),
            Self::Binary(operator, left, right) => format!("({} {operator} {})", left.write(), right.write()),
        }
    }

    /// Whether it has a metric in it, without which it is a number.
    fn is_series(&self) -> bool {
        match self {
            Self::Number(_) => false,
            Self::Metric(_) => true,
            Self::Binary(_, left, right) => left.is_series() || right.is_series(),
        }
    }

    /// Its point, of the metrics' points in one period.
    fn at(&self, metrics: &[Option<f64>]) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            Self::Metric(index) => metrics[*index],
            Self::Binary(operator, one, other) => {
                let (mut left, mut right) = (one.at(metrics), other.at(metrics));
                if left.is_none() && right.is_none() {
                    return None;
                }
                // A series without a point counts as 0 against a series with one. A number makes no points.
                if one.is_series() && other.is_series() {
                    left = Some(left.unwrap_or(0.0));
                    right = Some(right.unwrap_or(0.0));
                }
                let (left, right) = (left?, right?);
                let value = match operator {
                    '+' => left + right,
                    '-' => left - right,
                    '*' => left * right,
                    _ => left / right,
                };
                if value.is_finite() { Some(value) } else { None }
            }
        }
    }
}

fn plain() -> impl Strategy<Value = Plain> {
    let leaf = prop_oneof![
        (0_u32..8).prop_map(|value| Plain::Number(f64::from(value) / 2.0)),
        (0_usize..3).prop_map(Plain::Metric),
    ];
    leaf.prop_recursive(5, 32, 2, |inner| {
        (prop::sample::select(vec!['+', '-', '*', '/']), inner.clone(), inner)
            .prop_map(|(operator, left, right)| Plain::Binary(operator, Box::new(left), Box::new(right)))
    })
}

proptest! {
    #[test]
    fn arithmetic_is_that_of_each_period(
        plain in plain(),
        rows in prop::collection::vec(prop::array::uniform3(prop::option::of((-4_i32..5).prop_map(f64::from))), 1..6),
    ) {
        // A metric is part of it in any case, since a number alone is no result.
        let plain = Plain::Binary('+', Box::new(plain), Box::new(Plain::Metric(0)));
        let ids = ["m0", "m1", "m2"];
        let table = ids.iter().enumerate().map(|(column, id)| {
            (MetricId::total("T", *id), rows.iter().map(|row| row[column]).collect())
        });
        let table = Table { points: table.collect() };
        let mut queries: Vec<_> = ids.iter().map(|id| metric(id)).collect();
        queries.push(expression("e", &plain.write()));
        let frame = Frame { start: START, period: PERIOD, count: rows.len() };
        let found = Program::compile(&queries).expect("valid").returned_on(&table, &frame);
        let expected: Points = rows.iter().map(|row| plain.at(row)).collect();
        prop_assert_eq!(found, Ok(expected));
    }
}
