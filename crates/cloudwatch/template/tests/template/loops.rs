//! `Fn::ForEach`.

use atalaya_cloudwatch_template::{Context, Resolved};

use super::{pairs, resolve, resolved, web};

fn ids(resolved: &Resolved) -> String {
    resolved.resources().keys().cloned().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_loop_makes_resources_outputs_and_conditions() {
    let text = r#"
Transform: AWS::LanguageExtensions
Parameters:
  Feeds: { Type: CommaDelimitedList, Default: "orders,stock-levels" }
Mappings:
  Limits:
    orders: { Errors: 5 }
Conditions:
  Fn::ForEach::Wanted:
    - Feed
    - !Ref Feeds
    - "Wants&{Feed}": !Not [!Equals [!Ref Feed, nothing]]
Resources:
  Fn::ForEach::RejectRate:
    - Feed
    - !Ref Feeds
    - "RejectRate&{Feed}":
        Type: AWS::CloudWatch::Alarm
        Condition: "Wants&{Feed}"
        Properties:
          AlarmName: !Sub "${AWS::StackName}-RejectRate-${Feed}"
          AlarmDescription: about ${Feed}
          Namespace: Shop
          MetricName: Rejected
          Dimensions: [{ Name: Feed, Value: !Ref Feed }]
          Statistic: Sum
          Period: 60
          EvaluationPeriods: 1
          Threshold: !FindInMap [Limits, !Ref Feed, Errors, { DefaultValue: 9 }]
          ComparisonOperator: GreaterThanThreshold
Outputs:
  Fn::ForEach::Arns:
    - Feed
    - !Ref Feeds
    - "Arn&{Feed}": { Value: !GetAtt [!Sub "RejectRate&{Feed}", Arn] }
"#;
    let found = resolved(text, &web());
    let alarms: Vec<_> =
        found.alarms().iter().map(|a| (a.logical_id.as_str(), a.alarm.name(), a.line, a.origin.as_deref())).collect();
    assert_eq!(
        alarms,
        [
            ("RejectRateorders", "web-RejectRate-orders", 17, Some("RejectRate")),
            ("RejectRatestocklevels", "web-RejectRate-stock-levels", 17, Some("RejectRate")),
        ]
    );
    let atalaya_cloudwatch::alarm::Alarm::Metric(second) = &found.alarms()[1].alarm else { panic!("on a metric") };
    assert_eq!(second.threshold, 9.0);
    assert_eq!(second.description.as_deref(), Some("about stock-levels"));
    let atalaya_cloudwatch::alarm::AlarmSource::Metric(stat) = &second.source else { panic!("one metric") };
    assert_eq!(stat.metric.to_string(), "Shop Rejected {Feed=stock-levels}");
    let arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:web-RejectRate-stock-levels";
    assert_eq!(found.outputs()["Arnstocklevels"].value.as_deref(), Ok(arn));

    let empty = resolved(text, &Context { parameters: pairs(&[("Feeds", "")]), ..web() });
    assert!(empty.alarms().is_empty() && empty.outputs().is_empty());
}

#[test]
fn loops_stand_in_loops_and_in_properties() {
    let text = r#"
Transform: [AWS::LanguageExtensions]
Resources:
  Fn::ForEach::Outer:
    - A
    - [x, y]
    - Fn::ForEach::Inner:
        - B
        - ["1", 2]
        - "T${A}${B}":
            Type: AWS::SNS::Topic
            Properties: { TopicName: !Join ["-", [!Ref A, !Ref B]] }
      "Q${A}": { Type: AWS::SQS::Queue, Properties: { QueueName: !GetAtt [!Sub "T${A}1", TopicName] } }
  Other:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: d
      Fn::ForEach::Keys:
        - K
        - [Topic]
        - "${K}Name": !Sub "${K}-${AWS::Region}"
"#;
    let found = resolved(text, &web());
    assert_eq!(ids(&found), "Other Qx Qy Tx1 Tx2 Ty1 Ty2");
    assert_eq!(found.resources()["Ty2"].name.as_deref(), Some("y-2"));
    assert_eq!(found.resources()["Ty2"].origin.as_deref(), Some("Outer"));
    assert_eq!(found.resources()["Qx"].name.as_deref(), Some("x-1"));
    assert_eq!(found.resources()["Other"].name.as_deref(), Some("Topic-us-east-1"));
}

#[test]
fn collections_are_lists_references_or_lookups() {
    let with = |collection: &str| {
        format!(
            "Transform: AWS::LanguageExtensions\nParameters:\n  L: {{ Type: CommaDelimitedList, Default: \"a,b\" }}\n  S: {{ Type: String, Default: c }}\nMappings:\n  M: {{ us-east-1: {{ L: [d, e] }} }}\nResources:\n  Fn::ForEach::Loop:\n    - X\n    - {collection}\n    - \"T${{X}}\": {{ Type: AWS::SNS::Topic }}\n"
        )
    };
    for (collection, expected) in [
        ("[a, b]", "Ta Tb"),
        ("[]", ""),
        ("!Ref L", "Ta Tb"),
        ("[!Ref S, !Ref L]", "Ta Tb Tc"),
        ("!FindInMap [M, !Ref AWS::Region, L]", "Td Te"),
    ] {
        assert_eq!(ids(&resolved(&with(collection), &web())), expected, "{collection}");
    }
    for (collection, words) in [
        ("!Split [',', 'a,b']", "Fn::Split cannot stand in the collection"),
        ("!Ref S", "must be a list"),
        ("abc", "must be a list"),
        ("[a, a]", "the collection holds `a` twice"),
        ("[a-b]", "`Ta-b` must be letters and digits; in a loop, &{Identifier} leaves out what is neither"),
        ("[!Ref Nothing]", "no parameter or resource `Nothing`"),
        ("[[a], {b: c}]", "a value of the collection must be text, is a mapping"),
    ] {
        let told = resolve(&with(collection), &web()).expect_err(collection).to_string();
        assert!(told.contains(words), "{collection}: {told}");
    }
}

#[test]
fn what_is_wrong_with_a_loop_is_told() {
    let topic = "{ Type: AWS::SNS::Topic }";
    for (loops, words) in [
        (format!("Fn::ForEach::L: [X, [a], {{ T: {topic} }}]"), "the key `T` must hold ${X} or &{X}"),
        (
            format!("Fn::ForEach::L: [X, [a], {{ 'T${{X}}': {topic} }}]\n  Ta: {topic}"),
            "the loop makes the key `Ta` a second time",
        ),
        (
            format!("Fn::ForEach::L: [X, [a-b, ab], {{ 'T&{{X}}': {topic} }}]"),
            "the loop makes the key `Tab` a second time",
        ),
        (
            format!("Fn::ForEach::L: [X, {{ 'T${{X}}': {topic} }}]"),
            "is written as [identifier, [values], {key: value}]",
        ),
        ("Fn::ForEach::L: [X, [a], text]".to_owned(), "is written as"),
        (
            format!("Fn::ForEach::a-b: [X, [a], {{ 'T${{X}}': {topic} }}]"),
            "the loop's name `a-b` must be letters and digits",
        ),
        (format!("Fn::ForEach: [X, [a], {{ 'T${{X}}': {topic} }}]"), "Fn::ForEach cannot stand among the resources"),
        (
            format!("Fn::ForEach::L: [X, [a], {{ Fn::ForEach::M: [X, [b], {{ 'T${{X}}': {topic} }}] }}]"),
            "and not that of a loop around",
        ),
        (
            "Fn::ForEach::L: [X, [a], { 'T${X}': { Type: AWS::SNS::Topic, Properties: { Fn::ForEach::L: [Y, [b], { '${Y}': 1 }] } } }]".to_owned(),
            "a second loop is named `L`",
        ),
    ] {
        let text = format!("Transform: AWS::LanguageExtensions\nResources:\n  {loops}\n");
        let told = resolve(&text, &web()).expect_err(&loops).to_string();
        assert!(told.contains(words), "{loops}: {told}");
    }
}

#[test]
fn without_the_transform_the_extensions_are_refused() {
    for (text, words) in [
        (
            "Resources:\n  Fn::ForEach::L: [X, [a], { 'T${X}': { Type: AWS::SNS::Topic } }]\n",
            "Fn::ForEach needs the transform AWS::LanguageExtensions",
        ),
        (
            "Resources: {}\nOutputs:\n  V: { Value: !Length [a], Export: { Name: v } }\n",
            "Fn::Length needs the transform",
        ),
        (
            "Resources: {}\nOutputs:\n  V: { Value: !ToJsonString [a], Export: { Name: v } }\n",
            "Fn::ToJsonString needs the transform",
        ),
        (
            "Resources: {}\nMappings: { A: { b: { c: d } } }\nOutputs:\n  V: { Value: !FindInMap [A, b, x, { DefaultValue: 1 }], Export: { Name: v } }\n",
            "DefaultValue in Fn::FindInMap needs the transform",
        ),
        (
            "Resources: {}\nMappings: { A: { b: { c: d } } }\nOutputs:\n  V: { Value: !FindInMap [A, !Sub b, c], Export: { Name: v } }\n",
            "Fn::Sub inside Fn::FindInMap needs the transform",
        ),
        (
            "Resources: {}\nOutputs:\n  V: { Value: !Ref { 'Fn::Sub': 'AWS::Region' }, Export: { Name: v } }\n",
            "a function inside Ref or Fn::GetAtt needs the transform",
        ),
    ] {
        let told = resolve(text, &web()).expect_err(text).to_string();
        assert!(told.contains(words), "{text}: {told}");
        let with = format!("Transform: AWS::LanguageExtensions\n{text}");
        assert!(resolve(&with, &web()).is_ok(), "{with}");
    }
}

/// Loops in loops cannot fill the memory.
#[test]
fn loops_are_bounded() {
    let values = (0..40).map(|n| format!("v{n}")).collect::<Vec<_>>().join(", ");
    let mut body = "{ '${A0}${A1}${A2}${A3}': { Type: AWS::SNS::Topic } }".to_owned();
    for level in (0..4).rev() {
        body = format!("{{ Fn::ForEach::L{level}: [A{level}, [{values}], {body}] }}");
    }
    let text = format!("Transform: AWS::LanguageExtensions\nResources: {body}\n");
    let told = resolve(&text, &web()).expect_err("2,560,000 topics").to_string();
    assert_eq!(told, "line 2, column 1: Resources: the template has more than 500 resources");
}
