//! Conditions and what depends on them.

use atalaya_cloudwatch_template::Context;

use super::{fail, give, pairs, resolve, resolved, web};

#[test]
fn if_chooses() {
    give(&[
        ("!If [IsOrders, yes, no]", "yes"),
        ("!If [Never, yes, no]", "no"),
        ("!If [IsOrders, a, !Ref Nothing]", "a"),
        ("!Join [',', [a, !If [Never, b, !Ref AWS::NoValue], c]]", "a,c"),
    ]);
    fail(&[
        ("!If [IsOrdres, a, b]", "there is no condition `IsOrdres`; the template has IsOrders, Never"),
        ("!If [IsOrders, a]", "is written as"),
        ("!If [!Ref Name, a, b]", "the condition must be its name"),
        ("!If [IsOrders, !Ref AWS::NoValue, b]", "must be text, is AWS::NoValue"),
    ]);
}

const STAGES: &str = r#"
Parameters:
  Stage: { Type: String, Default: dev }
  Team: { Type: String, Default: "" }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  HasTeam: !Not [!Equals [!Ref Team, ""]]
  Both: !And [!Condition IsProd, !Condition HasTeam]
  Either: !Or [!Condition IsProd, {Condition: HasTeam}]
  One: !Equals [1, "1"]
  SameRegion: !Equals [!Ref AWS::Region, !Select [0, !Split [",", "us-east-1,eu-west-1"]]]
Resources:
  Prod: { Type: AWS::SNS::Topic, Condition: IsProd }
  Team: { Type: AWS::SNS::Topic, Condition: HasTeam }
  Both: { Type: AWS::SNS::Topic, Condition: Both }
  Either: { Type: AWS::SNS::Topic, Condition: Either }
  One: { Type: AWS::SNS::Topic, Condition: One }
  Region: { Type: AWS::SNS::Topic, Condition: SameRegion }
Outputs:
  OfProd: { Condition: IsProd, Value: !Ref Prod, Export: { Name: !Sub "${AWS::StackName}-Prod" } }
"#;

#[test]
fn what_has_a_condition_that_fails_does_not_exist() {
    let stage = |parameters: &[(&str, &str)]| {
        let resolved = resolved(STAGES, &Context { parameters: pairs(parameters), ..web() });
        let ids: Vec<_> = resolved.resources().keys().cloned().collect();
        (ids.join(" "), resolved.exports())
    };
    assert_eq!(stage(&[]), ("One Region".to_owned(), pairs(&[])));
    assert_eq!(stage(&[("Team", "x")]).0, "Either One Region Team");
    let export = pairs(&[("web-Prod", "arn:aws:sns:us-east-1:123456789012:web-Prod")]);
    assert_eq!(stage(&[("Stage", "prod")]), ("Either One Prod Region".to_owned(), export));
    assert_eq!(stage(&[("Stage", "prod"), ("Team", "x")]).0, "Both Either One Prod Region Team");
}

#[test]
fn what_is_no_condition_is_told() {
    for (condition, words) in [
        ("!Ref AWS::Region", "this is no condition"),
        ("prod", "this is no condition"),
        ("!And [!Condition Other]", "with two to ten of them"),
        ("!Not [!Condition C]", "leads to itself: Conditions/C → Conditions/C"),
        ("!Equals [a]", "is written as"),
        ("!Condition Nothing", "no condition `Nothing`"),
    ] {
        let text = format!(
            "Conditions:\n  Other: !Equals [a, a]\n  C: {condition}\nResources:\n  A:\n    Type: AWS::CloudWatch::Alarm\n    Condition: C\n"
        );
        let told = resolve(&text, &web()).expect_err(condition).to_string();
        assert!(told.contains(words) && told.contains("line 3"), "{condition}: {told}");
        // The fault of another's condition is its own.
        let text = text.replace("AWS::CloudWatch::Alarm", "AWS::SNS::Topic");
        let fault = resolved(&text, &web()).resources()["A"].properties.clone().expect_err(condition);
        assert!(fault.to_string().contains(words), "{condition}: {fault}");
    }
}
