//! A stranger's template with its tests: they pass, and they notice every change of every alarm.

use std::path::{Path, PathBuf};

use atalaya_cloudwatch::testing::{Category, Survivor, read_folder, run_folder};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/web-service-tests")
}

#[test]
fn the_web_service_s_alarms_pass_their_tests() {
    let report = run_folder(&folder(), None).unwrap_or_else(|error| panic!("{error}"));
    let failed = report.alarms.iter().flat_map(|alarm| &alarm.cases).filter(|case| !case.passed());
    let told: Vec<_> = failed.map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n\n"));
    assert!(report.coverage.is_complete(), "{:?}", report.coverage);
    assert!(report.alarms.len() >= 13);
}

#[test]
fn the_web_service_s_tests_notice_every_change() {
    let suite = read_folder(&folder(), None).unwrap_or_else(|error| panic!("{error}"));
    let mut survivors = Vec::new();
    let mut noticed = 0;
    for index in 0..suite.definitions() {
        let report = suite.mutate(index);
        assert_eq!(report.skipped, None, "{}", report.alarm);
        noticed += report.killed[0];
        let told =
            |survivor: &Survivor| format!("{}: {} {} → {}", report.alarm, survivor.field, survivor.from, survivor.to);
        survivors.extend(report.survivors_of(Category::Required).map(told));
    }
    assert!(survivors.is_empty(), "{}", survivors.join("\n"));
    assert!(noticed > 150, "only {noticed} changes were tried");
}

#[test]
fn what_cannot_be_read_is_told_by_its_path() {
    let missing = folder().join("missing");
    let error = run_folder(&missing, None).expect_err("is not there").to_string();
    assert!(error.contains("missing"), "{error}");
    let error = run_folder(&folder(), Some(Path::new("missing.yaml"))).expect_err("is not there").to_string();
    assert!(error.contains("missing.yaml"), "{error}");
}
