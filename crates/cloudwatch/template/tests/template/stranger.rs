//! A template that is not the project's: a common set of alarms of a web service.

use atalaya_cloudwatch::{
    Account, CloudWatch,
    alarm::{Alarm, AlarmSource, MetricAlarm},
};
use atalaya_cloudwatch_template::{Context, Resolved};

use super::{pairs, resolve, resolved};

const SHOP: &str = include_str!("../../../examples/web-service.yaml");
const UNSUPPORTED: &str = include_str!("../fixtures/web-service-unsupported.yaml");

fn shop(parameters: &[(&str, &str)]) -> Resolved {
    let context = Context { stack_name: "shop".to_owned(), parameters: pairs(parameters), ..Context::default() };
    resolved(SHOP, &context)
}

fn metric_alarm<'r>(resolved: &'r Resolved, name: &str) -> &'r MetricAlarm {
    match resolved.alarms().iter().find(|alarm| alarm.alarm.name() == name).map(|alarm| &alarm.alarm) {
        Some(Alarm::Metric(alarm)) => alarm,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn all_its_alarms_are_there() {
    let shop = shop(&[]);
    let names: Vec<_> = shop.alarms().iter().map(|alarm| alarm.alarm.name().trim_start_matches("shop-")).collect();
    assert_eq!(
        names,
        [
            "ErrorRate",
            "SlowRequests",
            "UnhealthyHosts",
            "RejectedConnections",
            "NoTraffic",
            "DatabaseCpu",
            "DatabaseStorage",
            "DatabaseConnections",
            "WorkerErrors-checkout",
            "WorkerErrors-order-mail",
            "WorkerErrors-stock-sync",
            "JobsTooOld",
            "JobsFailed",
            "Deployment",
            "ShopDown",
        ]
    );
    let Alarm::Composite(down) = &shop.alarms()[14].alarm else { panic!("a composite") };
    assert_eq!(
        down.rule,
        r#"(ALARM("shop-ErrorRate") AND ALARM("shop-UnhealthyHosts")) OR ALARM("shop-NoTraffic") OR AT_LEAST(2, ALARM, ("shop-SlowRequests", "shop-DatabaseCpu", "shop-DatabaseConnections"))"#
    );
    let suppressor = down.suppressor.as_ref().expect("a suppressor");
    assert_eq!(suppressor.alarm, "arn:aws:cloudwatch:us-east-1:000000000000:alarm:shop-Deployment");
    let AlarmSource::Metric(jobs) = &metric_alarm(&shop, "shop-JobsTooOld").source else { panic!("one metric") };
    assert_eq!(jobs.metric.to_string(), "AWS/SQS ApproximateAgeOfOldestMessage {QueueName=shop-jobs}");
    for alarm in shop.alarms() {
        let expected: &[&str] =
            if alarm.logical_id == "Deployment" { &[] } else { &["arn:aws:sns:us-east-1:000000000000:shop-on-call"] };
        assert_eq!(alarm.alarm.actions().alarm, expected, "{}", alarm.logical_id);
    }
}

#[test]
fn cloudwatch_takes_its_alarms() {
    let mut cloudwatch = CloudWatch::new(Account::default(), 0);
    let alarms = shop(&[]).alarms().iter().map(|alarm| alarm.alarm.clone()).collect();
    cloudwatch.put_alarms(alarms).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(cloudwatch.children("shop-ShopDown").len(), 6);
}

#[test]
fn its_environments_differ() {
    let (prod, dev) = (shop(&[]), shop(&[("Environment", "dev"), ("Workers", "checkout")]));
    let threshold = |resolved: &Resolved, name: &str| metric_alarm(resolved, name).threshold;
    for (name, in_prod, in_dev) in [
        ("shop-ErrorRate", 5.0, 20.0),
        ("shop-SlowRequests", 1.5, 3.0),
        ("shop-DatabaseStorage", 10_000_000_000.0, 2_000_000_000.0),
        ("shop-WorkerErrors-checkout", 0.0, 0.0),
    ] {
        assert_eq!((threshold(&prod, name), threshold(&dev, name)), (in_prod, in_dev), "{name}");
    }
    assert_eq!(threshold(&prod, "shop-WorkerErrors-order-mail"), 3.0);
    assert_eq!(threshold(&prod, "shop-WorkerErrors-stock-sync"), 10.0);
    assert_eq!((prod.alarms().len(), dev.alarms().len()), (15, 12));
    assert!(metric_alarm(&dev, "shop-DatabaseCpu").actions.alarm.is_empty());
    assert!(!dev.resources().contains_key("OnCallSubscription"));
    assert!(shop(&[("OnCallEmail", "on-call@example.com")]).resources().contains_key("OnCallSubscription"));
}

#[test]
fn what_is_not_supported_is_named() {
    let faults = resolve(UNSUPPORTED, &Context::default()).expect_err("much");
    let told = faults.to_string();
    for words in [
        "Resources/UnusualTraffic/Properties/ThresholdMetricId: alarm UnusualTraffic: ThresholdMetricId is not supported: anomaly detection learns its band in AWS",
        "Resources/UnusualTraffic/Properties/ComparisonOperator: alarm UnusualTraffic: LessThanLowerOrGreaterThanUpperThreshold is not supported",
        "Resources/UnusualTraffic/Properties/Metrics/1/Expression: alarm UnusualTraffic: query `band`, byte 0 (`ANOMALY_DETECTION_BAND",
        "Resources/UnusualTrafficDetector: the type AWS::CloudWatch::AnomalyDetector is not supported",
        "Resources/AnyWorkerFails/Properties/Metrics/0/Expression: alarm AnyWorkerFails: query `errors`: a Metrics Insights query (SELECT …) is unsupported offline",
        "Resources/NothingSoldToday/Properties/EvaluationWindow/WallClockWindow: alarm NothingSoldToday: WallClockWindow is not supported",
        "Resources/JobsTooOld/Properties/DatapointToAlarm: alarm JobsTooOld has no property DatapointToAlarm",
    ] {
        assert!(told.contains(words), "{words}\n---\n{told}");
    }
    assert_eq!(faults.iter().count(), 7, "{told}");
}
