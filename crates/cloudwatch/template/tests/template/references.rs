//! `Ref` and `Fn::GetAtt`.

use super::{fail, give, resolved, web};
use atalaya_cloudwatch_template::Context;

#[test]
fn ref_knows_parameters_pseudo_parameters_and_resources() {
    give(&[
        ("!Ref Name", "orders"),
        ("!Select [1, !Ref Names]", "prices"),
        ("!Ref AWS::StackName", "web"),
        ("!Ref AWS::AccountId", "123456789012"),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref AWS::URLSuffix", "amazonaws.com"),
        ("!Join ['', !Ref AWS::NotificationARNs]", ""),
        ("!Ref Queue", "https://sqs.us-east-1.amazonaws.com/123456789012/web-orders"),
        ("!Ref Unnamed", "https://sqs.us-east-1.amazonaws.com/123456789012/web-Unnamed"),
        ("!Ref {'Fn::Sub': 'Queue'}", "https://sqs.us-east-1.amazonaws.com/123456789012/web-orders"),
    ]);
    fail(&[
        ("!Ref Nome", "there is no parameter or resource `Nome`; is `Name` meant?"),
        ("!Ref Topic", "there is no parameter or resource `Topic`; the template has"),
        ("!Ref Absent", "`Absent` is not created: its condition does not hold"),
        ("!Ref Strange", "of type Some::Strange::Thing gives is not known offline"),
        ("!Ref Needed", "has no value: it has no default and none is given; give it one; it is described as: who pays"),
        ("!Ref AWS::NoValue", "must be text, is AWS::NoValue"),
        ("!Ref AWS::Regoin", "there is no parameter or resource"),
    ]);
}

#[test]
fn get_att_takes_a_list_or_a_text() {
    give(&[
        ("!GetAtt Queue.Arn", "arn:aws:sqs:us-east-1:123456789012:web-orders"),
        ("!GetAtt [Queue, QueueName]", "web-orders"),
        ("{'Fn::GetAtt': Queue.QueueName}", "web-orders"),
        ("{'Fn::GetAtt': [!Sub 'Queue', Arn]}", "arn:aws:sqs:us-east-1:123456789012:web-orders"),
    ]);
    fail(&[
        (
            "!GetAtt Queue.Url",
            "the attribute Url of AWS::SQS::Queue is not known offline; known are: Arn, QueueName, QueueUrl",
        ),
        ("!GetAtt Queue", "is written as"),
        ("!GetAtt Queues.Arn", "there is no resource `Queues`; is `Queue` meant?"),
        ("!GetAtt Absent.Arn", "is not created"),
        ("!GetAtt Strange.Arn", "not known offline"),
    ]);
}

#[test]
fn each_type_gives_what_its_page_says() {
    let text = r#"
Resources:
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: alerts } }
  Bucket: { Type: AWS::S3::Bucket }
  Table: { Type: AWS::DynamoDB::Table, Properties: { TableName: ledger } }
  Machine: { Type: AWS::StepFunctions::StateMachine, Properties: { StateMachineName: flow } }
  Logs: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /aws/x } }
  Role: { Type: AWS::IAM::Role, Properties: { RoleName: worker, Path: /team/ } }
  Plain: { Type: AWS::Events::Rule, Properties: { Name: hourly } }
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: central } }
  OnBus: { Type: AWS::Events::Rule, Properties: { Name: hourly, EventBusName: !GetAtt Bus.Arn } }
  Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Name: front } }
  Net: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Name: deep, Type: network } }
  Api: { Type: AWS::ApiGateway::RestApi, Properties: { Name: shop } }
  Db: { Type: AWS::RDS::DBInstance, Properties: { DBInstanceIdentifier: Main } }
  Function: { Type: AWS::Lambda::Function, Properties: { FunctionName: !Join ["-", [shop, !Ref "AWS::Region"]] } }
  Alarm: { Type: AWS::CloudWatch::CompositeAlarm, Properties: { AlarmRule: "FALSE" } }
  Subscription: { Type: AWS::SNS::Subscription, Properties: { TopicArn: !Ref Topic, Protocol: sqs } }
Outputs:
  Topic: { Value: !Sub "${Topic} ${Topic.TopicName}" }
  Bucket: { Value: !Sub "${Bucket} ${Bucket.Arn} ${Bucket.RegionalDomainName}" }
  Table: { Value: !Sub "${Table} ${Table.Arn}" }
  Machine: { Value: !Sub "${Machine} ${Machine.Name}" }
  Logs: { Value: !Sub "${Logs} ${Logs.Arn}" }
  Role: { Value: !Sub "${Role} ${Role.Arn}" }
  Plain: { Value: !Sub "${Plain} ${Plain.Arn}" }
  OnBus: { Value: !Sub "${OnBus} ${OnBus.Arn}" }
  Balancer: { Value: !Sub "${Balancer.LoadBalancerFullName} ${Net.LoadBalancerFullName}" }
  Api: { Value: !Ref Api }
  Db: { Value: !Sub "${Db} ${Db.DBInstanceArn}" }
  Function: { Value: !Sub "${Function} ${Function.Arn}" }
  Alarm: { Value: !Sub "${Alarm} ${Alarm.Arn}" }
  Subscription: { Value: !Ref Subscription }
"#;
    let context = Context { region: "cn-north-1".to_owned(), partition: "aws-cn".to_owned(), ..web() };
    let resolved = resolved(text, &context);
    for (key, expected) in [
        ("Topic", "arn:aws-cn:sns:cn-north-1:123456789012:alerts alerts"),
        ("Bucket", "web-bucket arn:aws-cn:s3:::web-bucket web-bucket.s3.cn-north-1.amazonaws.com.cn"),
        ("Table", "ledger arn:aws-cn:dynamodb:cn-north-1:123456789012:table/ledger"),
        ("Machine", "arn:aws-cn:states:cn-north-1:123456789012:stateMachine:flow flow"),
        ("Logs", "/aws/x arn:aws-cn:logs:cn-north-1:123456789012:log-group:/aws/x:*"),
        ("Role", "worker arn:aws-cn:iam::123456789012:role/team/worker"),
        ("Plain", "hourly arn:aws-cn:events:cn-north-1:123456789012:rule/hourly"),
        ("OnBus", "central|hourly arn:aws-cn:events:cn-north-1:123456789012:rule/central/hourly"),
        ("Balancer", "app/front/web-balancer net/deep/web-net"),
        ("Api", "web-api"),
        ("Db", "main arn:aws-cn:rds:cn-north-1:123456789012:db:main"),
        ("Function", "shop-cn-north-1 arn:aws-cn:lambda:cn-north-1:123456789012:function:shop-cn-north-1"),
        ("Alarm", "web-Alarm arn:aws-cn:cloudwatch:cn-north-1:123456789012:alarm:web-Alarm"),
        ("Subscription", "arn:aws-cn:sns:cn-north-1:123456789012:alerts:web-subscription"),
    ] {
        assert_eq!(resolved.outputs()[key].value.as_deref(), Ok(expected), "{key}");
    }
    let resources = resolved.resources();
    assert_eq!((resources["Bucket"].name.as_deref(), resources["Bucket"].is_generated), (Some("web-bucket"), true));
    assert_eq!((resources["Topic"].name.as_deref(), resources["Topic"].is_generated), (Some("alerts"), false));
    assert_eq!(resources["Function"].properties.as_ref().expect("resolves")["FunctionName"], "shop-cn-north-1");
}

#[test]
fn a_reference_to_itself_is_told() {
    let text = r#"
Resources:
  A: { Type: AWS::SNS::Topic, Properties: { TopicName: !GetAtt B.TopicName } }
  B: { Type: AWS::SNS::Topic, Properties: { TopicName: !GetAtt A.TopicName } }
Outputs:
  V: { Value: !Ref A }
"#;
    let told = resolved(text, &web()).outputs()["V"].value.clone().expect_err("a circle").to_string();
    assert!(told.contains("leads to itself: Resources/A → Resources/B → Resources/A"), "{told}");
}
