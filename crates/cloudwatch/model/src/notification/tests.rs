use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::{
    Account, MetricDataQuery, MetricId, MetricStat, QuerySource, Unit,
    alarm::{
        Actions, Alarm, AlarmSource, Child, Comparison, CompositeAlarm, LowSamples, MetricAlarm, Situation, State,
    },
};

const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:topic";

fn at(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().expect("a time").as_second()
}

fn stat(name: &str, dimension: (&str, &str), stat: &str) -> MetricStat {
    let namespace = if name == "Errors" { "AWS/Lambda" } else { "AWS/EC2" };
    let metric = MetricId::new(namespace, name, [dimension]);
    MetricStat { metric, period: 60, stat: stat.parse().expect("a statistic"), unit: None }
}

fn metric_alarm(source: AlarmSource) -> MetricAlarm {
    MetricAlarm {
        name: "orders-errors".to_owned(),
        description: None,
        actions: Actions { enabled: true, alarm: vec![TOPIC.to_owned()], ..Actions::default() },
        source,
        evaluation_periods: 1,
        datapoints_to_alarm: Some(1),
        threshold: 5.0,
        comparison: Comparison::GreaterThanOrEqualToThreshold,
        treat_missing_data: None,
        low_samples: LowSamples::Evaluate,
    }
}

fn on_errors() -> MetricAlarm {
    metric_alarm(AlarmSource::Metric(stat("Errors", ("FunctionName", "orders"), "Sum")))
}

fn transition(definition: Alarm) -> Transition {
    let account = Account { id: "123456789012".to_owned(), region: "eu-west-1".to_owned() };
    Transition {
        alarm: definition.name().to_owned(),
        arn: account.alarm_arn(definition.name()),
        from: State::Ok,
        to: State::Alarm,
        at: at("2024-07-05T15:20:44Z"),
        reason: "why".to_owned(),
        reason_data: Some("{\"version\":\"1.0\"}".to_owned()),
        previous: Situation {
            state: State::Ok,
            reason: "Unchecked: Initial alarm creation".to_owned(),
            reason_data: None,
            at: at("2024-07-05T15:19:44Z"),
        },
        children: Vec::new(),
        suppressed_by: None,
        definition: Arc::new(definition),
        configured_at: at("2024-07-05T15:19:31Z"),
        account: Arc::new(account),
        number: 7,
    }
}

#[test]
fn the_message_of_a_metric_alarm_is_the_published_one() {
    let action = action(&transition(Alarm::Metric(on_errors())), TOPIC, at("2024-07-05T15:20:44Z"));
    assert_eq!(action.subject, r#"ALARM: "orders-errors" in EU (Ireland)"#);
    assert_eq!(
        action.message,
        concat!(
            r#"{"AlarmName":"orders-errors","AlarmDescription":null,"AWSAccountId":"123456789012","#,
            r#""AlarmConfigurationUpdatedTimestamp":"2024-07-05T15:19:31.000+0000","#,
            r#""NewStateValue":"ALARM","NewStateReason":"why","#,
            r#""StateChangeTime":"2024-07-05T15:20:44.000+0000","Region":"EU (Ireland)","#,
            r#""AlarmArn":"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:orders-errors","OldStateValue":"OK","#,
            r#""OKActions":[],"AlarmActions":["arn:aws:sns:eu-west-1:123456789012:topic"],"InsufficientDataActions":[],"#,
            r#""Trigger":{"MetricName":"Errors","Namespace":"AWS/Lambda","StatisticType":"Statistic","Statistic":"SUM","#,
            r#""Unit":null,"Dimensions":[{"value":"orders","name":"FunctionName"}],"Period":60,"EvaluationPeriods":1,"#,
            r#""DatapointsToAlarm":1,"ComparisonOperator":"GreaterThanOrEqualToThreshold","Threshold":5.0,"#,
            r#""TreatMissingData":"missing","EvaluateLowSampleCountPercentile":""}}"#
        )
    );
}

#[test]
fn a_percentile_has_a_member_of_its_own() {
    let mut watched = stat("Errors", ("FunctionName", "orders"), "p99");
    watched.unit = Some(Unit::Milliseconds);
    let alarm = MetricAlarm { datapoints_to_alarm: None, ..metric_alarm(AlarmSource::Metric(watched)) };
    let message = sns::message(&transition(Alarm::Metric(alarm)));
    assert!(
        message.contains(
            r#""StatisticType":"ExtendedStatistic","ExtendedStatistic":"p99","Unit":"Milliseconds","Dimensions":"#
        ),
        "{message}"
    );
    assert!(!message.contains("DatapointsToAlarm"));
}

#[test]
fn the_trigger_of_metric_math_lists_its_queries() {
    let expression = QuerySource::Expression { expression: "m1*1".to_owned(), period: None };
    let label = Some("Expression1".to_owned());
    let queries = vec![
        MetricDataQuery { id: "e1".to_owned(), source: expression, label, return_data: true },
        MetricDataQuery {
            id: "m1".to_owned(),
            source: QuerySource::Metric(stat("NetworkOut", ("InstanceId", "x"), "Average")),
            label: None,
            return_data: false,
        },
    ];
    let alarm = MetricAlarm { datapoints_to_alarm: None, ..metric_alarm(AlarmSource::Math(queries)) };
    let change = transition(Alarm::Metric(alarm));
    let message = sns::message(&change);
    let trigger = concat!(
        r#""Trigger":{"Period":60,"EvaluationPeriods":1,"ComparisonOperator":"GreaterThanOrEqualToThreshold","#,
        r#""Threshold":5.0,"TreatMissingData":"missing","EvaluateLowSampleCountPercentile":"","Metrics":["#,
        r#"{"Expression":"m1*1","Id":"e1","Label":"Expression1","ReturnData":true},"#,
        r#"{"Id":"m1","MetricStat":{"Metric":{"Dimensions":[{"value":"x","name":"InstanceId"}],"MetricName":"NetworkOut","#,
        r#""Namespace":"AWS/EC2"},"Period":60,"Stat":"Average"},"ReturnData":false}]}}"#
    );
    assert!(message.ends_with(trigger), "{message}");
    assert_eq!(
        change.event()["detail"]["configuration"]["metrics"][0],
        json!({"id": "e1", "expression": "m1*1", "label": "Expression1", "returnData": true})
    );
}

fn composite() -> Transition {
    let alarm = CompositeAlarm {
        name: "down".to_owned(),
        description: Some("text".to_owned()),
        actions: Actions::default(),
        rule: "ALARM(a) OR ALARM(b)".to_owned(),
        suppressor: None,
    };
    let arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a".to_owned();
    let children = vec![Child { arn, state: State::Alarm, at: at("2021-11-10T02:45:55Z") }];
    Transition { children, ..transition(Alarm::Composite(alarm)) }
}

#[test]
fn a_composite_alarm_names_its_rule_and_children_instead_of_a_trigger() {
    let message = sns::message(&composite());
    assert!(
        message.ends_with(concat!(
            r#""InsufficientDataActions":[],"AlarmRule":"ALARM(a) OR ALARM(b)","TriggeringChildren":["#,
            r#"{"Arn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:a","#,
            r#""State":{"Value":"ALARM","Timestamp":"2021-11-10T02:45:55.000+0000"}}]}"#
        )),
        "{message}"
    );
    assert!(!message.contains("Trigger\""));
    let event = composite().event();
    assert_eq!(event["detail"]["configuration"], json!({"alarmRule": "ALARM(a) OR ALARM(b)"}));
}

#[test]
fn the_event_is_the_published_one() {
    let mut event = transition(Alarm::Metric(on_errors())).event();
    let again = transition(Alarm::Metric(on_errors())).event();
    assert_eq!(event, again);
    let is_uuid = |value: &Value| value.as_str().is_some_and(|id| id.len() == 36 && id.matches('-').count() == 4);
    let id = event["id"].take();
    let metric_id = event["detail"]["configuration"]["metrics"][0]["id"].take();
    assert!(is_uuid(&id) && is_uuid(&metric_id) && id != metric_id);
    assert_eq!(
        event,
        json!({
            "version": "0", "id": null, "detail-type": "CloudWatch Alarm State Change", "source": "aws.cloudwatch",
            "account": "123456789012", "time": "2024-07-05T15:20:44Z", "region": "eu-west-1",
            "resources": ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:orders-errors"],
            "detail": {
                "alarmName": "orders-errors",
                "configuration": {"metrics": [{
                    "id": null,
                    "metricStat": {
                        "metric": {
                            "dimensions": {"FunctionName": "orders"}, "name": "Errors", "namespace": "AWS/Lambda"
                        },
                        "period": 60, "stat": "Sum"
                    },
                    "returnData": true
                }]},
                "previousState": {
                    "reason": "Unchecked: Initial alarm creation", "timestamp": "2024-07-05T15:19:44.000+0000",
                    "value": "OK"
                },
                "state": {
                    "reason": "why", "reasonData": "{\"version\":\"1.0\"}",
                    "timestamp": "2024-07-05T15:20:44.000+0000", "value": "ALARM"
                }
            }
        })
    );
}

#[test]
fn a_function_gets_a_payload_of_its_own() {
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:f";
    let action = action(&transition(Alarm::Metric(on_errors())), arn, 0);
    let payload: Value = serde_json::from_str(&action.message).expect("JSON");
    assert_eq!(payload["source"], "aws.cloudwatch");
    assert_eq!(payload["time"], "2024-07-05T15:20:44.000+0000");
    assert_eq!(payload["alarmData"]["alarmName"], "orders-errors");
    assert_eq!(payload["alarmData"]["state"]["value"], "ALARM");
}
