//! Broken dashboards: each fault must be found, so that a check cannot pass by seeing nothing.

use serde_json::{Value, json};

use super::{CHECKS, bodies, found};

/// The template's bodies, of which one is changed.
fn broken(dashboard: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut bodies = bodies();
    let (_, body) = bodies.iter_mut().find(|(name, _)| name.ends_with(dashboard)).expect("it is there");
    let before = body.clone();
    change(body);
    assert!(*body != before, "the change of {dashboard} changes nothing");
    found(&bodies, CHECKS)
}

/// Fails unless a fault with these words is found when the text, as JSON has it, is replaced where it first stands.
#[track_caller]
fn replaced(dashboard: &str, text: &str, by: &str, fault: &str) {
    let found = broken(dashboard, |body| {
        *body = serde_json::from_str(&body.to_string().replacen(text, by, 1)).expect("JSON");
    });
    assert!(found.iter().any(|line| line.contains(fault)), "{text} → {by}: no {fault:?} in\n{}", found.join("\n"));
}

/// The same, when a widget is changed.
#[track_caller]
fn widget(dashboard: &str, index: usize, change: impl FnOnce(&mut Value), fault: &str) {
    let found = broken(dashboard, |body| change(&mut body["widgets"][index]));
    assert!(found.iter().any(|line| line.contains(fault)), "no {fault:?} in\n{}", found.join("\n"));
}

#[test]
fn misspelt_metrics_are_found() {
    replaced("overview", r#""FilesReceived""#, r#""FilesRecieved""#, "FilesRecieved is not in the catalogue");
    replaced(
        "overview",
        r#""CanaryLatency""#,
        r#""CanaryLatency","Stage","canary""#,
        "is not emitted with these dimensions",
    );
    replaced("operations", r#""Stage","page""#, r#""Stage","pager""#, "no Stage is called pager");
    replaced(
        "operations",
        r#""atalaya-intake-dlq""#,
        r#""atalaya-intake-dql""#,
        "infra/ has no QueueName atalaya-intake-dql",
    );
    replaced("operations", r#""ExecutionThrottled""#, r#""ExecutionsThrottled""#, "is no metric of the service's");
    replaced("operations", r#""Operation","Query""#, r#""Operation","Select""#, "infra/ has no Operation Select");
    replaced("feeds", r#"MetricName=\"FilesFailed\""#, r#"MetricName=\"FileFailed\""#, "without data");
}

#[test]
fn a_metric_that_stands_nowhere_is_found() {
    replaced("operations", r#""PagesQuieted""#, r#""PagesSent""#, "PagesQuieted by {} stands on no dashboard");
}

#[test]
fn a_wrong_unit_is_found() {
    replaced(
        "operations",
        "Functions: p99 of duration (milliseconds)",
        "Functions: p99 of duration (seconds)",
        "is measured in milliseconds",
    );
    replaced("operations", "Cold starts of functions (count)", "Cold starts (milliseconds)", "is measured in count");
}

#[test]
fn misspelt_missing_and_unlinked_alarms_are_found() {
    replaced("overview", ":atalaya-CanaryMissing", ":atalaya-CanaryMising", "no alarm atalaya-CanaryMising");
    replaced(
        "overview",
        ":atalaya-CanaryMissing",
        ":atalaya-PipelineDown",
        "atalaya-CanaryMissing does not stand on atalaya-overview",
    );
    replaced("overview", "[CanaryMissing](", "[CanaryMissing] (", r#"lacks the runbooks ["CanaryMissing"]"#);
    replaced("operations", "/EmfErrors.md", "/EmfError.md", "EmfError.md leads nowhere");
    widget("operations", 4, |text| text["y"] = json!(2), "lacks the runbooks");
    replaced(
        "feeds",
        ":atalaya-RejectRate-__dataset__",
        ":atalaya-RejectRate-orders",
        "atalaya-RejectRate-canary does not stand on",
    );
}

#[test]
fn misplaced_and_nameless_widgets_are_found() {
    widget("overview", 5, |widget| widget["x"] = json!(1), "overlaps");
    widget("overview", 5, |widget| widget["width"] = json!(25), "width");
    widget("overview", 6, |widget| widget["x"] = json!(23), "reaches beyond the grid");
    widget("overview", 5, |widget| widget["properties"]["title"] = json!(" "), "has no title");
    replaced(
        "overview",
        "Files, canary files included, in the whole time range (count)",
        "Files, canary files included, in the whole time range",
        "says no unit in brackets",
    );
    widget("cost", 0, |widget| widget["properties"]["markdown"] = json!(" "), "the text is empty");
    replaced(
        "cost",
        "Requests to services (count)",
        "Requests that were sent to services of any kind (count)",
        "too long",
    );
    replaced("overview", "/atalaya-feeds)", "/atalaya-feed)", "atalaya-feed leads nowhere");
}

#[test]
fn bodies_that_cloudwatch_refuses_are_found() {
    widget("feeds", 6, |widget| widget["properties"]["view"] = json!("singelValue"), "singelValue");
    widget(
        "feeds",
        6,
        |widget| drop(widget["properties"].as_object_mut().expect("an object").remove("region")),
        "region",
    );
    replaced("overview", "100 * good / total", "100 * good / totla", "totla");
    replaced("cost", "lambda + states", "lambda + state", "state");
}

#[test]
fn wrong_queries_of_logs_are_found() {
    replaced("operations", "| filter level", "| filtre level", "filtre");
    replaced(
        "operations",
        "SOURCE '/aws/lambda/atalaya-page'",
        "SOURCE '/aws/lambda/atalaya-pager'",
        "no log group /aws/lambda/atalaya-pager",
    );
}

#[test]
fn wrong_sums_of_costs_are_found() {
    replaced("cost", "0.000025 * transitions", "0.00025 * transitions", "sums up otherwise than the first");
    replaced(
        "cost",
        "| 0.000025 | `PriceStateTransition` |",
        "| 0.000026 | `PriceStateTransition` |",
        "lacks PriceStateTransition",
    );
    replaced("cost", "TIME_SERIES(0.1 * (83 +", "TIME_SERIES(0.1 * (82 +", "no estimate counts the alarms");
}
