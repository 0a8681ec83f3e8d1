//! Real published files through contracts written by hand: rows, nulls, exact sums, and the rows that break a rule.

use std::{fs, path::Path};

use arrow_schema::{DataType, TimeUnit};
use atalaya_contract::{Bounds, Contract, Decimal, LogicalType};
use serde_json::Value;

use crate::harness::{Run, check, own_contract, read_json, reference};

/// One file, its contract, and the rule of `expected.json` as the contract says it.
struct Case {
    folder: &'static str,
    file: &'static str,
    contract: &'static str,
    column: &'static str,
    rule: &'static str,
    /// Whether the file becomes available in spite of the rows that break the rule.
    available: bool,
}

/// What the file holds is read with the contract's rules taken away, since the facts are about all rows.
fn without_rules(mut contract: Contract) -> Contract {
    for object in &mut contract.objects {
        object.quality.clear();
        object.primary_key.clear();
        for property in &mut object.properties {
            (property.required, property.unique) = (false, false);
            property.quality.clear();
            match &mut property.logical_type {
                LogicalType::String(options) => *options = Default::default(),
                LogicalType::Integer(options) | LogicalType::Number(options) => {
                    (options.bounds, options.multiple_of) = (Bounds::default(), None);
                }
                LogicalType::Date(options) | LogicalType::Time(options) | LogicalType::Timestamp(options) => {
                    options.bounds = Bounds::default();
                }
                LogicalType::Boolean => {}
            }
        }
    }
    contract
}

fn decimal(value: &Value) -> Decimal {
    value.as_str().expect("a decimal as text").parse().expect("a decimal")
}

fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a count")).expect("fits")
}

/// Names of the output, in the order of the file's labels.
fn output_names(contract: &Contract, labels: &[String]) -> Vec<String> {
    let properties = &contract.objects[0].properties;
    let find = |label: &String| properties.iter().find(|property| property.label == *label).expect(label).name.clone();
    labels.iter().map(find).collect()
}

/// Every fact of `expected.json`, read back from the Parquet file.
fn assert_facts(run: &Run, contract: &Contract, expected: &Value) {
    assert!(run.is_available() && run.rejects.is_empty(), "{:?}", &run.rejects[..run.rejects.len().min(3)]);
    assert_eq!(run.table.rows(), count(&expected["rows"]));
    let labels: Vec<String> = serde_json::from_value(expected["column_names"].clone()).unwrap();
    let names = output_names(contract, &labels);
    assert_eq!(run.table.names(), names, "columns");
    for (label, name) in labels.iter().zip(&names) {
        assert_eq!(run.table.nulls(name), count(&expected["nulls"][label]), "nulls of {label}");
        let Some(wanted) = expected["numeric"].get(label) else { continue };
        let facts = run.table.facts(name);
        assert_eq!(facts.values, count(&wanted["values"]), "values of {label}");
        assert_eq!(facts.sum, decimal(&wanted["sum"]), "sum of {label}");
        assert_eq!(facts.min, Some(decimal(&wanted["min"])), "minimum of {label}");
        assert_eq!(facts.max, Some(decimal(&wanted["max"])), "maximum of {label}");
    }
}

/// The stated rule's violations, and nothing else.
fn assert_rule(run: &Run, case: &Case, expected: &Value) {
    let rule = &expected["rule"];
    let violations = rule["violations"].as_u64().expect("a count");
    let rows = count(&expected["rows"]) as u64;
    assert_eq!(run.counts(), [rows, rows - violations, violations]);
    let broken = run.rows_breaking(case.column, case.rule);
    assert_eq!(broken.len() as u64, violations, "{:?}", &run.rejects[..run.rejects.len().min(3)]);
    assert_eq!(run.rejects.len() as u64, violations, "no other rule is broken");
    let first: Vec<u64> = serde_json::from_value(rule["first_rows"].clone()).unwrap();
    assert_eq!(broken[..first.len()], first, "the first rows that break the rule");
    assert!(run.rejects.iter().all(|reject| reject.code == "constraint-error"));
    assert_eq!(run.is_available(), case.available);
}

/// The bytes, the strict run, and the facts' run.
fn run_case(case: &Case) -> Option<(Run, Run)> {
    let root = reference(&format!("real/{}", case.folder))?;
    let expected = read_json(&root.join("expected.json"));
    let bytes = fs::read(Path::new(&root).join(case.file)).unwrap();
    let contract = own_contract(case.contract);
    let strict = check(&contract, &bytes);
    assert_rule(&strict, case, &expected);
    let contract = without_rules(contract);
    let facts = check(&contract, &bytes);
    assert_facts(&facts, &contract, &expected);
    Some((strict, facts))
}

#[test]
fn nyc_weather() {
    let case = Case {
        folder: "nyc-weather",
        file: "weather.csv",
        contract: "nyc-weather",
        column: "wind_speed",
        rule: "maximum",
        available: true,
    };
    let Some((strict, facts)) = run_case(&case) else { return };
    assert_eq!(strict.rejects[0].value.as_deref(), Some("1048.36058"));
    assert_eq!(strict.rejects[0].line, Some(1011), "one line a row, after the header");
    assert_eq!(
        facts.table.data_type("time_hour"),
        DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        "a point in time"
    );
    assert_eq!(facts.table.column("time_hour")[0].as_deref(), Some("2013-01-01T06:00:00Z"));
    assert_eq!(facts.table.data_type("wind_speed"), DataType::Decimal128(20, 16));
}

#[test]
fn nyc_planes() {
    let case = Case {
        folder: "nyc-planes",
        file: "planes.csv",
        contract: "nyc-planes",
        column: "year",
        rule: "minimum",
        available: false,
    };
    run_case(&case);
}

#[test]
fn nyc_airports() {
    let case = Case {
        folder: "nyc-airports",
        file: "airports.csv",
        contract: "nyc-airports",
        column: "faa",
        rule: "pattern",
        available: false,
    };
    run_case(&case);
}

#[test]
fn us_unemployment() {
    let case = Case {
        folder: "us-unemployment-tsv",
        file: "unemployment.tsv",
        contract: "us-unemployment",
        column: "rate",
        rule: "maximum",
        available: false,
    };
    run_case(&case);
}

#[test]
fn istat_regions() {
    let case = Case {
        folder: "istat-regions",
        file: "ripartizioni-reg-prov-cm.csv",
        contract: "istat-regions",
        column: "plate",
        rule: "pattern",
        available: true,
    };
    let Some((strict, _)) = run_case(&case) else { return };
    let naples = strict.table.column("plate").iter().position(|plate| plate.as_deref() == Some("NA")).expect("Naples");
    assert_eq!(strict.table.column("metropolis")[naples].as_deref(), Some("Napoli"));
    let regions = strict.table.column("region");
    assert!(regions.contains(&Some("Valle d'Aosta/Vallée d'Aoste".to_owned())), "Windows-1252 was decoded");
}

#[test]
fn kansas_1033() {
    let case = Case {
        folder: "kansas-1033",
        file: "ks_1033_data.csv",
        contract: "kansas-1033",
        column: "quantity",
        rule: "maximum",
        available: false,
    };
    let Some((_, facts)) = run_case(&case) else { return };
    assert_eq!(facts.table.data_type("ship_date"), DataType::Timestamp(TimeUnit::Microsecond, None), "a wall clock");
    assert_eq!(facts.table.column("ship_date")[0].as_deref(), Some("2006-05-19T00:00:00"));
    assert_eq!(facts.table.column("federal_supply_class_name")[0].as_deref(), Some("Guns, through 30 mm"));
}

#[test]
fn ieee_oui36() {
    let case = Case {
        folder: "ieee-oui36",
        file: "oui36.csv",
        contract: "ieee-oui36",
        column: "assignment",
        rule: "pattern",
        available: true,
    };
    run_case(&case);
}

#[test]
fn us_unemployment_2009() {
    let case = Case {
        folder: "us-unemployment-2009-gz",
        file: "unemployment09.csv.gz",
        contract: "us-unemployment-2009",
        column: "c9",
        rule: "maximum",
        available: false,
    };
    let Some((_, facts)) = run_case(&case) else { return };
    assert_eq!(facts.table.column("c2")[0].as_deref(), Some("01"), "codes keep their zeros");
    assert_eq!(facts.table.column("c4")[0].as_deref(), Some("Autauga County, AL"));
}
