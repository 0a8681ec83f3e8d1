//! Templates of SAM.

use super::{resolve, resolved, web};

const TEMPLATE: &str = r#"
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 30
    Tags: { team: shop }
    Environment: { Variables: { LEVEL: info, MODE: fast } }
    Layers: [base]
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Environment: { Variables: { MODE: !Ref AWS::Region } }
      Layers: [own]
      Events:
        Nightly: { Type: Schedule, Properties: { Name: nightly, Schedule: rate(1 day) } }
        Changes: { Type: EventBridgeRule, Properties: { RuleName: changes, EventBusName: central, Pattern: {} } }
        Call: { Type: Api, Properties: { Path: /, Method: get } }
  OrdersErrors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions: [{ Name: FunctionName, Value: !Ref Orders }]
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
Outputs:
  Role: { Value: !GetAtt OrdersRole.Arn }
  Rule: { Value: !GetAtt OrdersChanges.Arn }
  Api: { Value: !Sub "https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/Prod/" }
"#;

#[test]
fn alarms_inside_sam_templates_work() {
    let found = resolved(TEMPLATE, &web());
    let atalaya_cloudwatch::alarm::Alarm::Metric(alarm) = &found.alarms()[0].alarm else { panic!("on a metric") };
    assert_eq!(alarm.name, "web-OrdersErrors");
    let atalaya_cloudwatch::alarm::AlarmSource::Metric(stat) = &alarm.source else { panic!("one metric") };
    assert_eq!(stat.metric.dimensions["FunctionName"], "web-Orders");
}

#[test]
fn what_sam_adds_can_be_referred_to() {
    let found = resolved(TEMPLATE, &web());
    let value = |key: &str| found.outputs()[key].value.clone().expect(key);
    assert_eq!(value("Role"), "arn:aws:iam::123456789012:role/web-OrdersRole");
    assert_eq!(value("Rule"), "arn:aws:events:us-east-1:123456789012:rule/central/changes");
    assert_eq!(value("Api"), "https://web-serverlessrestapi.execute-api.us-east-1.amazonaws.com/Prod/");
    assert_eq!(found.resources()["OrdersNightly"].name.as_deref(), Some("nightly"));
    let orders = found.resources()["Orders"].properties.as_ref().expect("resolves");
    assert_eq!(orders["Timeout"], 30);
    assert_eq!(orders["Layers"], serde_json::json!(["base", "own"]));
    assert_eq!(orders["Environment"]["Variables"], serde_json::json!({"LEVEL": "info", "MODE": "us-east-1"}));
}

#[test]
fn without_the_transform_its_types_are_refused() {
    let text = TEMPLATE.replace("Transform: AWS::Serverless-2016-10-31", "");
    let told = resolve(&text, &web()).expect_err("no transform").to_string();
    assert!(
        told.contains("the type AWS::Serverless::Function needs the transform AWS::Serverless-2016-10-31"),
        "{told}"
    );
}

#[test]
fn globals_need_the_transform() {
    let told = resolve("Globals: { Function: {} }\nResources: {}\n", &web()).expect_err("no transform").to_string();
    assert!(told.contains("line 1, column 1: Globals: Globals need the transform"), "{told}");
}

/// A macro may rewrite every resource; where no alarm is there is nothing to test.
#[test]
fn other_transforms_are_refused_where_alarms_are() {
    let text = TEMPLATE
        .replace("Transform: AWS::Serverless-2016-10-31", "Transform: [AWS::Serverless-2016-10-31, {Name: Mine}]");
    let told = resolve(&text, &web()).expect_err("a macro").to_string();
    assert!(
        told.contains("line 2") && told.contains("the transform Mine runs in AWS and may change `OrdersErrors`"),
        "{told}"
    );
    assert!(resolve("Transform: Mine\nResources:\n  A: { Type: AWS::SNS::Topic }\n", &web()).is_ok());
    let known = TEMPLATE.replace(
        "Transform: AWS::Serverless-2016-10-31",
        "Transform: [AWS::SecretsManager-2020-07-23, AWS::Serverless-2016-10-31]",
    );
    assert!(resolve(&known, &web()).is_ok());
}
