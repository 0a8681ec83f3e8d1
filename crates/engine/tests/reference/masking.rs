//! A classified value is shown nowhere: not as value, not in words, not as a key.

use serde_json::{Value, json};

use crate::harness::{Run, Sheet};

const SECRET: &str = "Sesame4711";

/// Everything that a person may read about the file.
fn told(run: &Run) -> String {
    let verdict = &run.verdict;
    format!("{:?} {:?} {:?} {:?}", run.rejects, verdict.rejects, verdict.first_rejects, verdict.warnings)
}

/// One classified column beside an open one.
fn classified(column: Value) -> Sheet {
    let mut column = column;
    column["name"] = json!("secret");
    column["classification"] = json!("confidential");
    Sheet::new([column, json!({"name": "open", "logicalType": "string"})])
}

/// Demands that there is a reject, that the value is masked wherever it is the column's, and that nothing leaks.
fn hides(sheet: &Sheet, text: impl AsRef<[u8]>) {
    let run = sheet.check(text);
    assert!(!run.rejects.is_empty() || !run.verdict.warnings.is_empty(), "something is told");
    assert!(!told(&run).contains(SECRET) && !told(&run).contains("4711"), "{}", told(&run));
    for reject in run.rejects.iter().filter(|reject| reject.column.as_deref() == Some("secret") && reject.row.is_some())
    {
        assert!(matches!(reject.value.as_deref(), None | Some("***")), "{reject:?}");
    }
}

#[test]
fn in_every_rule() {
    for kind in ["integer", "number", "boolean", "date", "time", "timestamp"] {
        hides(&classified(json!({"logicalType": kind})), format!("secret,open\n{SECRET},x\n"));
    }
    for options in [json!({"pattern": "^$"}), json!({"minLength": 50}), json!({"maxLength": 2})] {
        hides(
            &classified(json!({"logicalType": "string", "logicalTypeOptions": options})),
            format!("secret,open\n{SECRET},x\n"),
        );
    }
    for options in [
        json!({"minimum": 90000}),
        json!({"maximum": 1}),
        json!({"exclusiveMinimum": 90000}),
        json!({"exclusiveMaximum": 1}),
        json!({"multipleOf": 1000}),
    ] {
        for kind in ["integer", "number"] {
            hides(
                &classified(json!({"logicalType": kind, "logicalTypeOptions": options.clone()})),
                "secret,open\n24711,x\n",
            );
        }
    }
    hides(&classified(json!({"logicalType": "number", "physicalType": "DECIMAL(3,1)"})), "secret,open\n94711.25,x\n");
}

#[test]
fn in_keys() {
    hides(
        &classified(json!({"logicalType": "string", "unique": true})),
        format!("secret,open\n{SECRET},x\n{SECRET},y\n"),
    );
    hides(
        &classified(json!({"logicalType": "string", "primaryKey": true})),
        format!("secret,open\n{SECRET},x\n{SECRET},y\n"),
    );
    let both = Sheet::new([
        json!({"name": "open", "logicalType": "string", "primaryKey": true, "primaryKeyPosition": 1}),
        json!({"name": "secret", "logicalType": "string", "primaryKey": true, "primaryKeyPosition": 2, "classification": "PII"}),
    ]);
    hides(&both, format!("open,secret\nx,{SECRET}\nx,{SECRET}\n"));
}

#[test]
fn in_rules_about_the_whole_file() {
    let rule = |metric: &str, arguments: Value| json!([{"type": "library", "metric": metric, "arguments": arguments, "mustBe": 0}]);
    for quality in [
        rule("duplicateValues", json!({})),
        rule("invalidValues", json!({"validValues": ["a", "b"]})),
        rule("invalidValues", json!({"pattern": "^$"})),
    ] {
        hides(
            &classified(json!({"logicalType": "string", "quality": quality})),
            format!("secret,open\n{SECRET},x\n{SECRET},y\n"),
        );
    }
}

#[test]
fn in_faults_of_the_row() {
    let sheet = classified(json!({"logicalType": "string"}));
    hides(&sheet, format!("secret,open\n{SECRET}\n"));
    hides(&sheet, format!("secret,open\n{SECRET},x,y\n"));
    // A row that is too long is shifted by some cell: what stands in the extra one may be the classified value.
    hides(&sheet, format!("secret,open\n1,x,{SECRET}\n"));
    // Where a row is shifted, the classified text may break the rule of another column.
    let secret = json!({"name": "secret", "logicalType": "string", "classification": "restricted"});
    let strict = Sheet::new([secret, json!({"name": "count", "logicalType": "integer"})]);
    hides(&strict, format!("secret,count\nx,{SECRET},2\n"));
    hides(&sheet, format!("secret,open\n\"{SECRET}\"4711,x\n"));
    hides(&sheet, [b"secret,open\n\xff", SECRET.as_bytes(), b",x\n"].concat());
    hides(&sheet, format!("secret,open\nx,y\n\"{SECRET},x\n"));
}

/// A file without the header that the contract promises: its first record is no list of labels.
#[test]
fn in_faults_of_a_header_that_is_none() {
    let sheet = classified(json!({"logicalType": "string"})).custom("additionalColumns", json!("reject"));
    hides(&sheet, format!("{SECRET},x\n{SECRET},y\n"));
    hides(&sheet, format!("{SECRET},{SECRET}\n"));
}

#[test]
fn only_public_is_open() {
    for (class, shown) in
        [("public", true), ("Public", true), ("internal", false), ("PII", false), ("restricted", false)]
    {
        let column = json!({"name": "v", "logicalType": "integer", "classification": class});
        let run = Sheet::new([column]).check(format!("v\n{SECRET}\n"));
        assert_eq!(run.rejects[0].value.as_deref(), Some(if shown { SECRET } else { "***" }), "{class}");
    }
    let run = Sheet::new([json!({"name": "v", "logicalType": "integer"})]).check(format!("v\n{SECRET}\n"));
    assert_eq!(run.rejects[0].value.as_deref(), Some(SECRET), "what is not classified is shown");
}
