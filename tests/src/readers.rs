//! The Parquet that comes out, read by the tools that our users have.

use std::process::Command;

use atalaya_contract::{Counts, FileState};
use atalaya_local::{publish_contract, silent};
use serde_json::Value;

use crate::world::{project, shared};

#[test]
fn pyarrow_and_duckdb_read_what_the_sender_wrote() {
    let Ok(python) = std::env::var("ATALAYA_TEST_PYTHON") else {
        println!("skipped: ATALAYA_TEST_PYTHON names no Python that has pyarrow and duckdb");
        return;
    };
    let world = shared();
    let data = world.run(world.local.tools().demo_data(&silent())).expect("the demo's data");
    for (name, rows) in [("flights", 336_776), ("weather", 26_115), ("planes", 3322), ("airports", 1458)] {
        let contract = project().join(format!("crates/cli/demo/contracts/{name}.odcs.yaml"));
        world.run(publish_contract(&world.local, &contract)).expect("publishes");
        let source = data.join(format!("{name}.csv"));
        let id = world.put(&format!("{name}/{name}.csv"), std::fs::read(&source).expect("the demo's data"));
        let (record, _) = world.ended(&id, FileState::Available);
        let counts = record.rows.expect("counted");
        assert_eq!(counts.read, rows);
        assert_eq!(counts.read, counts.accepted + counts.rejected);

        let outputs = record.outputs.expect("outputs");
        let scratch = tempfile::tempdir().expect("a temporary folder");
        let keep = |file: &str, address: &str| {
            let path = scratch.path().join(file);
            std::fs::write(&path, world.read(address)).expect("the temporary folder takes it");
            path
        };
        let parquet = keep("rows.parquet", &outputs.parquet[0]);
        let rejects = outputs.rejects.map_or("-".into(), |address| keep("rejects.jsonl", &address));
        let script = project().join("tests/readers/facts.py");
        let output = Command::new(&python).args([script, source, parquet, "NA".into(), rejects]).output();
        let output = output.expect("python runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        agree(name, counts, &serde_json::from_slice(&output.stdout).expect("facts"));
    }
}

/// Asserts that both readers see what the source holds, but for the rows that were rejected.
fn agree(name: &str, counts: Counts, facts: &Value) {
    for reader in ["csv", "pyarrow", "duckdb"] {
        assert_eq!(facts[reader]["rows"], counts.accepted, "{name}: {reader}");
        for fact in ["nulls", "sums"] {
            assert_eq!(facts[reader][fact], facts["csv"][fact], "{name}: {fact} as {reader} sees them");
        }
    }
    println!("{name}: {} rows, sums {}", counts.accepted, facts["pyarrow"]["sums"]);
    println!("{name}: types {}", facts["pyarrow"]["types"]);
}
