//! Unique columns and primary keys: of equal keys the first row stays.

use atalaya_engine::Limits;
use serde_json::{Value, json};

use crate::harness::{Sheet, check_with, plan};

fn unique(kind: &str, options: Value) -> Sheet {
    let mut column = json!({"name": "k", "logicalType": kind, "unique": true});
    column.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    Sheet::new([column, json!({"name": "t", "logicalType": "string"})])
}

fn composite() -> Sheet {
    Sheet::new([
        json!({"name": "a", "logicalType": "string", "primaryKey": true, "primaryKeyPosition": 2}),
        json!({"name": "b", "logicalType": "string", "primaryKey": true, "primaryKeyPosition": 1}),
        json!({"name": "n", "logicalType": "integer", "logicalTypeOptions": {"maximum": 9}}),
    ])
}

#[test]
fn later_rows_of_a_key_are_rejected() {
    let run = unique("integer", json!({})).check("k,t\n1,a\n2,b\n1,c\n1,d\n,e\n,f\n");
    assert_eq!(run.faults(), ["3 unique-error k", "4 unique-error k"]);
    assert_eq!(run.texts(), [["1", "a"], ["2", "b"], ["∅", "e"], ["∅", "f"]]);
}

#[test]
fn keys_are_values_not_texts() {
    let wanted = ["2 unique-error k"];
    assert_eq!(unique("integer", json!({})).check("k,t\n7,a\n+007,b\n").faults(), wanted);
    assert_eq!(unique("integer", json!({})).check("k,t\n0,a\n-0,b\n").faults(), wanted);
    assert_eq!(unique("number", json!({})).check("k,t\n1,a\n1.0e0,b\n").faults(), wanted);
    assert_eq!(unique("number", json!({})).check("k,t\n0,a\n-0.0,b\n").faults(), wanted);
    assert_eq!(
        unique("number", json!({"physicalType": "DECIMAL(9,3)"})).check("k,t\n1.5,a\n1.500,b\n").faults(),
        wanted
    );
    let options = json!({"logicalTypeOptions": {"timezone": true}});
    assert_eq!(
        unique("timestamp", options).check("k,t\n2024-01-01T10:00:00Z,a\n2024-01-01T12:00:00+02:00,b\n").faults(),
        wanted
    );
    let format = json!({"logicalTypeOptions": {"format": "d/M/yyyy"}});
    assert_eq!(unique("date", format).check("k,t\n1/2/2024,a\n01/02/2024,b\n").faults(), wanted);
    assert_eq!(unique("string", json!({})).dialect(json!({"trim": true})).check("k,t\nx,a\n x ,b\n").faults(), wanted);
    assert_eq!(unique("string", json!({})).check("k,t\nx,a\n x,b\nX,c\n").faults(), Vec::<String>::new());
    assert_eq!(unique("string", json!({})).check("k,t\n\"x\"\"\",a\n\"x\"\"\",b\n").faults(), wanted);
}

#[test]
fn composite_keys_do_not_run_together() {
    let run = composite().check("a,b,n\nx,yz,1\nxy,z,2\nx,yz,3\n,,4\n");
    let keys: Vec<_> =
        run.rejects.iter().filter(|reject| reject.code == "primary-key-error").filter_map(|r| r.row).collect();
    assert!(keys.contains(&3) && !keys.contains(&2) && !keys.contains(&1), "{:?}", run.faults());
    assert_eq!(run.texts(), [["x", "yz", "1"], ["xy", "z", "2"]]);
}

#[test]
fn a_null_in_a_key_is_an_error_but_no_key() {
    let run = composite().check("a,b,n\nx,,1\nx,,2\n,y,3\nx,y,4\n");
    assert_eq!(run.rejected_rows().into_iter().collect::<Vec<_>>(), [1, 2, 3], "{:?}", run.faults());
    let named: Vec<_> = run.rejects.iter().map(|reject| (reject.row, reject.column.as_deref())).collect();
    assert_eq!(named, [(Some(1), Some("b")), (Some(2), Some("b")), (Some(3), Some("a"))], "the column that is null");
}

#[test]
fn rows_that_fail_other_rules_take_part() {
    let run = composite().check("a,b,n\nx,y,10\nx,y,1\n");
    assert_eq!(run.faults(), ["1 constraint-error n", "2 primary-key-error -"]);
    // A cell of the wrong type is no value, so it is no key either.
    let run = unique("integer", json!({})).check("k,t\nx,a\nx,b\n");
    assert_eq!(run.faults(), ["1 type-error k", "2 type-error k"]);
}

#[test]
fn two_unique_columns_and_a_key_are_judged_apart() {
    let run = Sheet::new([
        json!({"name": "a", "logicalType": "integer", "unique": true}),
        json!({"name": "b", "logicalType": "integer", "unique": true}),
        json!({"name": "c", "logicalType": "integer", "primaryKey": true}),
    ])
    .check("a,b,c\n1,2,1\n2,1,2\n1,1,1\n");
    let found = run.faults();
    assert_eq!(found[..2], ["3 unique-error a", "3 unique-error b"]);
    assert!(found[2].starts_with("3 primary-key-error"), "{found:?}");
}

#[test]
fn what_became_of_the_first_row_is_told_as_it_is() {
    let sheet = Sheet::new([
        json!({"name": "id", "logicalType": "integer", "primaryKey": true}),
        json!({"name": "q", "logicalType": "integer"}),
    ]);
    let words = |text: &str| {
        let run = sheet.check(text);
        let of_key = run.rejects.iter().find(|reject| reject.code == "primary-key-error").unwrap();
        format!("{} {}", of_key.message, of_key.hint.clone().unwrap())
    };
    assert!(words("id,q\n1,4\n1,5\n").contains("the first row with it stays"));
    assert!(words("id,q\n1,x\n1,5\n2,6\n").contains("rejected too"));
    assert!(!words("id,q\n1,x\n1,5\n2,6\n").contains("stays"));
    // In another stretch of the file, too.
    let many = format!("id,q\n1,x\n{}1,5\n", (2..60_000).map(|id| format!("{id},1\n")).collect::<String>());
    assert!(words(&many).contains("rejected too"));
}

#[test]
fn numbers_that_are_equal_after_rounding_only_are_told_so() {
    let message = |text: &str| unique("number", json!({})).check(text).rejects[0].message.clone();
    assert!(message("k,t\n0.1,a\n0.10000000000000001,b\n").contains("rounded"));
    assert!(message("k,t\n0.10000000000000001,a\n0.1,b\n").contains("rounded"));
    assert!(message("k,t\n9007199254740993,a\n9007199254740992,b\n").contains("rounded"));
    assert!(message("k,t\n0,a\n1e-400,b\n").contains("rounded"));
    for same in ["k,t\n0.1,a\n0.100,b\n", "k,t\n9007199254740993,a\n9007199254740993.0,b\n", "k,t\n1e3,a\n1000,b\n"] {
        assert!(!message(same).contains("rounded"), "{same}");
    }
}

#[test]
fn a_reject_shows_the_key() {
    let run = unique("integer", json!({})).check("k,t\n5,a\n41,b\n8,c\n41,d\n");
    assert_eq!(run.rejects[0].value.as_deref(), Some("41"));
    assert_eq!((run.rejects[0].row, run.rejects[0].line), (Some(4), Some(5)));
}

#[test]
fn more_keys_than_memory_allows_is_said() {
    let mut limits = Limits::default();
    limits.key_bytes = 4096;
    let plan = plan(&unique("string", json!({})).contract(), Some(limits));
    let mut text = "k,t\n".to_owned();
    for at in 0..5_000 {
        text.push_str(&format!("key number {at},x\n"));
    }
    let run = check_with(&plan, text.as_bytes());
    println!("beyond the keys' memory: {:?} {:?}", run.verdict.outcome, run.faults().first());
    assert!(!run.is_available(), "a key that cannot be checked is not taken on trust");
    assert!(run.rejects.len() < 10, "{}", run.rejects.len());
}
