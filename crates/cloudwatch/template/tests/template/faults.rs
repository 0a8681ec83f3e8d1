//! Where faults are, and what stops what.

use atalaya_cloudwatch_template::Template;

use super::{resolve, resolved, web};

const ALARM: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: Shop
      MetricName: Errors
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: !Sub "${Limit}"
      ComparisonOperator: GreaterThanThreshold
"#;

#[test]
fn a_fault_has_line_column_path_and_hint() {
    let faults = resolve(ALARM, &web()).expect_err("no limit");
    let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 11, column 18: Resources/Errors/Properties/Threshold/Fn::Sub: there is no parameter or resource `Limit`; the template has Errors"
        ]
    );
}

#[test]
fn json_has_positions_too() {
    let text = r#"{
  "Resources": {
    "Errors": {
      "Type": "AWS::CloudWatch::Alarm",
      "Properties": {
        "Namespace": "Shop", "MetricName": "Errors", "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": {"Ref": "Limit"}, "ComparisonOperator": "GreaterThanThreshold"
      }
    }
  }
}"#;
    let faults = resolve(text, &web()).expect_err("no limit");
    let places: Vec<_> = faults.iter().map(|fault| (fault.line, fault.column, fault.path.as_str())).collect();
    assert_eq!(places, [(7, 47, "Resources/Errors/Properties/Threshold/Ref")]);
    let fault = Template::parse(&text.replace("\"Shop\",", "\"Shop\"")).expect_err("a comma is missing");
    assert_eq!((fault.line, fault.column), (6, 29), "{fault}");
}

#[test]
fn the_structure_of_a_template_is_checked() {
    for (text, place, words) in [
        ("Resources: {}\nResource: {}\n", (2, 1), "a template has no section `Resource`"),
        ("Parameters: {}\n", (1, 1), "the template has no Resources"),
        ("Resources: [a]\n", (1, 12), "must be a mapping, is a list"),
        ("Resources:\n  A: { Properties: {} }\n", (2, 3), "the resource has no Type"),
        ("Resources:\n  A-B: { Type: AWS::SNS::Topic }\n", (2, 3), "`A-B` must be letters and digits"),
        (
            "Resources:\n  Fn::Transform: { Name: AWS::Include }\n",
            (2, 3),
            "Fn::Transform cannot stand among the resources",
        ),
        ("Resources: {}\nOutputs:\n  A: { Export: { Name: x } }\n", (3, 3), "the output has no Value"),
        ("Resources: {}\nOutputs:\n  A: { Value: x, Export: x }\n", (3, 26), "an export has a Name"),
        (
            "Resources: {}\nOutputs:\n  A: { Value: x, Export: { Name: n } }\n  B: { Value: y, Export: { Name: n } }\n",
            (4, 3),
            "a second output is exported as n",
        ),
        ("Resources: {}\nTransform: { Parameters: {} }\n", (2, 12), "must be a transform's name"),
        ("Resources:\n  A: { Type: AWS::CloudWatch::Alarm }\n", (2, 3), "the alarm has no Properties"),
        (
            "Resources:\n  A: { Type: AWS::CloudWatch::Alarm, Properties: !Ref B }\n",
            (2, 50),
            "Ref cannot stand for all properties",
        ),
    ] {
        let faults = resolve(text, &web()).expect_err(text);
        let fault = faults.iter().next().expect("one at least");
        assert!(fault.message.contains(words), "{text}: {faults}");
        assert_eq!((fault.line, fault.column), place, "{text}: {faults}");
    }
    assert!(Template::parse("a\n").expect_err("no mapping").message.contains("a template is a mapping"));
}

#[test]
fn what_no_alarm_needs_stops_nothing() {
    let text = format!(
        "{}  Odd:\n    Type: Some::Odd::Thing\n    Properties: {{ Zones: !GetAZs '', Name: !GetAtt Other.Thing }}\n  Other: {{ Type: Some::Other::Thing }}\nOutputs:\n  Zone: {{ Value: !GetAtt Odd.Zone }}\n",
        ALARM.replace("!Sub \"${Limit}\"", "5")
    );
    let found = resolved(&text, &web());
    assert_eq!(found.alarms().len(), 1);
    let faults = found.resources()["Odd"].properties.clone().expect_err("zones");
    assert_eq!(faults.iter().count(), 2, "{faults}");
    assert!(found.outputs()["Zone"].value.is_err());

    let exported = text.replace("!GetAtt Odd.Zone", "!GetAtt Odd.Zone, Export: { Name: zone }");
    let told = resolve(&exported, &web()).expect_err("an export must have its value").to_string();
    assert!(told.contains("Outputs/Zone/Value"), "{told}");
    let needed = text.replace("Threshold: 5", "Threshold: !GetAtt Odd.Limit");
    let told = resolve(&needed, &web()).expect_err("the alarm needs it").to_string();
    assert!(told.contains("Resources/Errors/Properties/Threshold"), "{told}");
}
