//! What the crate promises to its users, seen from outside.

mod agreement;
mod edition;
mod enforced;
mod linted;
mod refused;
mod routed;
mod unnamed;

use atalaya_contract::{Contract, Violation};

/// A contract around the given columns (YAML, each line indented by six spaces or more).
fn with_columns(properties: &str) -> String {
    with("", "", properties, "")
}

/// A contract of one s3 feed. `server` and `contract` are customProperties of each (YAML list items), `object` is
/// more of the schema object.
fn with(server: &str, contract: &str, properties: &str, object: &str) -> String {
    let section = |key: &str, body: &str, indent: &str| {
        if body.is_empty() { String::new() } else { format!("{indent}{key}:\n{body}\n") }
    };
    let server = section("customProperties", server, "    ");
    let contract = section("customProperties", contract, "");
    format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: orders\nversion: 1.0.0\nstatus: active\n{contract}servers:\n  \
         - server: inbox\n    type: s3\n    location: s3://inbox-*/orders/*.csv\n{server}schema:\n  - name: orders\n    \
         properties:\n{properties}\n{object}"
    )
}

fn parse(text: &str) -> Contract {
    atalaya_contract::parse(text).unwrap_or_else(|violations| panic!("{violations}\n{text}"))
}

fn violations(text: &str) -> Vec<Violation> {
    let report = atalaya_contract::lint(text);
    assert!(report.contract.is_none() || report.violations.is_empty(), "{:?}", report.violations);
    report.violations
}

/// The only violation of the text.
fn violation(text: &str) -> Violation {
    let all = violations(text);
    assert_eq!(all.len(), 1, "{all:#?}\n{text}");
    all.into_iter().next().expect("one")
}
