//! Documents that do not say which edition they follow, or name none that is read.

use atalaya_contract::ViolationKind;

use crate::{violation, violations, with};

/// A contract with a fault by the standard and one that keeps its feed from running.
fn faulty() -> String {
    let dialect = "      - {property: csvDialect, value: {delimiter: ';;'}}";
    with(dialect, "", "      - name: a\n        colour: red", "")
}

const FAULTS: [(&str, ViolationKind); 2] = [
    ("servers[0].customProperties[0].value.delimiter", ViolationKind::Feed),
    ("schema[0].properties[0].colour", ViolationKind::Standard),
];

/// The paths and kinds of all faults.
fn places(text: &str) -> Vec<(String, ViolationKind)> {
    violations(text).into_iter().map(|violation| (violation.path, violation.kind)).collect()
}

/// Faults at these paths by the standard, and then those of [`faulty`].
fn and_the_others(paths: &[&str]) -> Vec<(String, ViolationKind)> {
    let own = paths.iter().map(|path| (*path, ViolationKind::Standard));
    own.chain(FAULTS).map(|(path, kind)| (path.to_owned(), kind)).collect()
}

#[test]
fn a_missing_edition_is_one_fault_among_the_others() {
    let text = faulty().replace("apiVersion: v3.1.0\n", "");
    assert_eq!(places(&text), and_the_others(&["apiVersion"]));
    assert_eq!(violations(&text)[0].hint.as_deref(), Some("add apiVersion: v3.2.0"));
    let text = text.replace("kind: DataContract\n", "");
    assert_eq!(places(&text), and_the_others(&["apiVersion", "kind"]));
    let misspelt = faulty().replace("apiVersion", "apiversion");
    assert_eq!(places(&misspelt), and_the_others(&["apiVersion", "apiversion"]));
    assert_eq!(violations(&misspelt)[0].hint.as_deref(), Some("is `apiversion` in line 1 meant?"));
}

#[test]
fn an_unknown_edition_is_one_fault_among_the_others() {
    for (name, edition) in [
        ("3.1.0", "v3.1.0"),
        ("3.1", "v3.1.0"),
        ("v3.1", "v3.1.0"),
        ("v3.0.9", "v3.0.2"),
        ("v3.7.0", "v3.2.0"),
        ("v4.0.0", "v3.2.0"),
        ("newest", "v3.2.0"),
        ("''", "v3.2.0"),
    ] {
        let text = faulty().replace("v3.1.0", name);
        assert_eq!(places(&text), and_the_others(&["apiVersion"]), "{name}");
        let fault = &violations(&text)[0];
        assert!(fault.message.contains("no edition of ODCS that Atalaya reads"), "{fault}");
        assert!(fault.message.contains("v3.2.0"), "{fault}");
        assert!(fault.hint.as_deref().is_some_and(|hint| hint.contains(edition)), "{fault}");
    }
    let fault = &violations(&faulty().replace("v3.1.0", "[v3.1.0]"))[0];
    assert_eq!((fault.path.as_str(), fault.message.as_str()), ("apiVersion", "must be text, not a list"));
}

#[test]
fn all_else_is_judged_by_the_edition_that_is_meant() {
    let text = with("", "", "      - {name: a, enum: [{value: 1}]}", "").replace("v3.1.0", "v3.1");
    let all = violations(&text);
    assert_eq!(all.len(), 2, "{all:#?}");
    assert!(all[1].message.contains("`enum` is not a field"), "{all:#?}");
    assert_eq!(places(&text.replace("v3.1", "v3.2")).len(), 1);
}

#[test]
fn what_is_no_contract_of_v3_is_one_fault() {
    for (text, path, hint) in [
        (faulty().replace("v3.1.0", "v2.2.2"), "apiVersion", "bring the document to v3.2.0"),
        ("apiVersion: apps/v1\nkind: Deployment\nspec: {}\n".to_owned(), "apiVersion", ""),
        ("kind: Deployment\nspec: {}\n".to_owned(), "", "add apiVersion: v3.2.0"),
        ("- a\n- b\n".to_owned(), "", "starts with apiVersion"),
        (
            "dataContractSpecification: 1.1.0\nid: a\nservers: {}\n".to_owned(),
            "dataContractSpecification",
            "rewrite it as ODCS",
        ),
    ] {
        let fault = violation(&text);
        assert_eq!(fault.path, path, "{fault}");
        assert!(fault.hint.as_deref().unwrap_or_default().contains(hint), "{fault}");
    }
}
