//! Values of parameters and their rules.

use atalaya_cloudwatch_template::Context;

use super::{pairs, resolve, resolved, web};

/// The faults of a parameter with these attributes and this value.
fn told(attributes: &str, value: Option<&str>) -> String {
    let text = format!(
        "Parameters:\n  P: {{ {attributes} }}\nResources: {{}}\nOutputs:\n  V: {{ Value: !Join [\"|\", [!Ref P]] }}\n"
    );
    let given: Vec<_> = value.iter().map(|value| ("P", *value)).collect();
    resolve(&text, &Context { parameters: pairs(&given), ..web() })
        .map_or_else(|faults| faults.to_string(), |_| String::new())
}

#[test]
fn values_are_checked() {
    for (attributes, right, wrong, words) in [
        ("Type: Number", "-1.5e3", "many", r#"the value "many" is no number"#),
        ("Type: Number, MinValue: 2", "2", "1.9", "is too small: MinValue is 2"),
        ("Type: Number, MaxValue: '2'", "2", "2.1", "is too large: MaxValue is 2"),
        ("Type: Number, AllowedValues: [1, 5]", "5.0", "2", "is not allowed; allowed are 1, 5"),
        ("Type: String, AllowedValues: [dev, prod]", "dev", "Dev", "is not allowed; allowed are dev, prod"),
        ("Type: String, MinLength: 2", "éé", "é", "is too short: MinLength is 2"),
        ("Type: String, MaxLength: 2", "éé", "abc", "is too long: MaxLength is 2"),
        ("Type: String, AllowedPattern: '[a-z]+'", "abc", "abc1", "does not match AllowedPattern [a-z]+"),
        ("Type: String, AllowedPattern: 'a|b'", "b", "ba", "does not match"),
        ("Type: CommaDelimitedList, AllowedValues: [a, b]", "a, b", "a,c", r#"the value "c" is not allowed"#),
        ("Type: List<Number>", "1, 2.5", "1,x", r#"the value "x" is no number"#),
        ("Type: AWS::EC2::VPC::Id, AllowedPattern: 'vpc-.*'", "vpc-1", "net-1", "does not match"),
        (
            "Type: String, MaxLength: 1, ConstraintDescription: one letter",
            "a",
            "ab",
            "is too long: MaxLength is 1; one letter",
        ),
    ] {
        assert_eq!(told(attributes, Some(right)), "", "{attributes}");
        let fault = told(attributes, Some(wrong));
        assert!(
            fault.contains(words) && fault.contains("line 2") && fault.contains("Parameters/P"),
            "{attributes}: {fault}"
        );
        let fault = told(&format!("{attributes}, Default: '{wrong}'"), None);
        assert!(fault.contains(words), "a default is checked too: {attributes}: {fault}");
    }
}

#[test]
fn a_declaration_is_checked() {
    for (attributes, words) in [
        ("Default: a", "has no Type"),
        ("Type: String, Default: [a]", "Default must be text, is a list"),
        ("Type: String, Default: a, MinLength: few", "MinLength must be a number"),
    ] {
        let fault = told(attributes, None);
        assert!(fault.contains(words), "{attributes}: {fault}");
    }
}

#[test]
fn a_value_without_a_parameter_is_told() {
    let context = Context { parameters: pairs(&[("Stag", "prod")]), ..web() };
    let faults = resolve("Parameters:\n  Stage: { Type: String }\nResources: {}\n", &context).expect_err("a slip");
    assert!(
        faults
            .to_string()
            .contains("a value is given for `Stag`, which the template does not declare; it declares Stage")
    );
}

/// A value that nobody needs may be missing: a stranger's template asks for networks that no alarm is about.
#[test]
fn a_missing_value_is_told_once_and_only_when_it_is_needed() {
    let text = r#"
Parameters:
  Vpc: { Type: "AWS::EC2::VPC::Id" }
  Limit: { Type: Number, Description: errors a minute }
  Image: { Type: "AWS::SSM::Parameter::Value<String>", Default: /images/latest }
Resources:
  Group: { Type: AWS::EC2::SecurityGroup, Properties: { VpcId: !Ref Vpc } }
  One: &alarm
    Type: AWS::CloudWatch::Alarm
    Properties: { Namespace: A, MetricName: m, Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: !Ref Limit, ComparisonOperator: GreaterThanThreshold }
  Two: *alarm
Outputs:
  Image: { Value: !Ref Image }
"#;
    let faults = resolve(text, &web()).expect_err("no limit");
    let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 4, column 3: Parameters/Limit: has no value: it has no default and none is given; give it one; it is described as: errors a minute"
        ]
    );
    let context = Context { parameters: pairs(&[("Limit", "5")]), ..web() };
    let found = resolved(text, &context);
    assert_eq!(found.alarms().len(), 2);
    let fault = found.outputs()["Image"].value.clone().expect_err("an image of the account");
    assert!(fault.to_string().contains("kept in the account"), "{fault}");
    let fault = found.resources()["Group"].properties.clone().expect_err("no network");
    assert!(fault.to_string().contains("Parameters/Vpc"), "{fault}");
    let context = Context { parameters: pairs(&[("Limit", "5"), ("Image", "ami-1")]), ..web() };
    assert_eq!(resolved(text, &context).outputs()["Image"].value.as_deref(), Ok("ami-1"));
}

#[test]
fn lists_lose_the_blanks_around_their_items() {
    let text = "Parameters:\n  P: { Type: CommaDelimitedList }\nResources: {}\nOutputs:\n  V: { Value: !Join [\"|\", !Ref P] }\n";
    for (given, expected) in [("a, b ,c", "a|b|c"), ("", ""), ("a,,b", "a||b")] {
        let context = Context { parameters: pairs(&[("P", given)]), ..web() };
        assert_eq!(resolved(text, &context).outputs()["V"].value.as_deref(), Ok(expected));
    }
}

#[test]
fn a_pattern_of_java_is_remarked() {
    let text = "Parameters:\n  P: { Type: String, Default: a, AllowedPattern: '(?!b).*' }\nResources: {}\n";
    let remarks: Vec<_> = resolved(text, &web()).remarks().iter().map(ToString::to_string).collect();
    assert!(remarks.len() == 1 && remarks[0].contains("is not checked"), "{remarks:?}");
}
