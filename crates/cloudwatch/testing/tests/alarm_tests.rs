//! Alarm tests as data, whole folders of them: they pass, and they notice every change of every alarm. Atalaya's own,
//! and those of a stranger's web service.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use atalaya_cloudwatch_testing::{Category, Survivor, read_folder, run_folder};

/// The pipeline's own alarms.
fn own() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../alarms/tests")
}

/// A web service's alarms.
fn web_service() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/web-service-tests")
}

fn pass(folder: &Path) {
    let report = run_folder(folder, None).unwrap_or_else(|error| panic!("{error}"));
    let failed = report.alarms.iter().flat_map(|alarm| &alarm.cases).filter(|case| !case.passed());
    let told: Vec<_> = failed.map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n\n"));
    assert!(report.coverage.is_complete(), "{:?}", report.coverage);
    let mut cases = BTreeMap::<_, usize>::new();
    for case in report.alarms.iter().flat_map(|alarm| &alarm.cases) {
        *cases.entry(case.alarm.as_str()).or_default() += 1;
    }
    cases.retain(|_, cases| *cases < 2);
    assert!(cases.is_empty(), "alarms with a single case: {:?}", cases.keys());
}

fn notice_every_change(folder: &Path) {
    let suite = read_folder(folder, None).unwrap_or_else(|error| panic!("{error}"));
    let mut survivors = Vec::new();
    for index in 0..suite.definitions() {
        let report = suite.mutate(index);
        assert_eq!(report.skipped, None, "{}", report.alarm);
        assert!(report.killed[0] >= 10, "{} has only {} changes", report.alarm, report.killed[0]);
        let told =
            |survivor: &Survivor| format!("{}: {} {} → {}", report.alarm, survivor.field, survivor.from, survivor.to);
        survivors.extend(report.survivors_of(Category::Required).map(told));
    }
    assert!(survivors.is_empty(), "{}", survivors.join("\n"));
}

#[test]
fn the_pipeline_s_alarms_pass_their_tests() {
    pass(&own());
}

#[test]
fn the_pipeline_s_tests_notice_every_change() {
    notice_every_change(&own());
}

#[test]
fn the_web_service_s_alarms_pass_their_tests() {
    pass(&web_service());
}

#[test]
fn the_web_service_s_tests_notice_every_change() {
    notice_every_change(&web_service());
}

#[test]
fn what_cannot_be_read_is_told_by_its_path() {
    let missing = web_service().join("missing");
    let error = run_folder(&missing, None).expect_err("is not there").to_string();
    assert!(error.contains("missing"), "{error}");
    let error = run_folder(&web_service(), Some(Path::new("missing.yaml"))).expect_err("is not there").to_string();
    assert!(error.contains("missing.yaml"), "{error}");
    let error = run_folder(&missing, Some(Path::new("gone.yaml"))).expect_err("neither is there").to_string();
    assert!(error.contains("gone.yaml"), "the template is what was asked for: {error}");
}
