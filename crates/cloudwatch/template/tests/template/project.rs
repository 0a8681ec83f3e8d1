//! The project's own templates.

use std::{collections::BTreeMap, fs, path::PathBuf};

use atalaya_cloudwatch::{Account, CloudWatch};
use atalaya_cloudwatch_template::{Context, Resolved, Template};

fn read(path: &str) -> Template {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..").join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Template::parse(&text).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

fn resolve(path: &str, context: &Context) -> Resolved {
    read(path).resolve(context).unwrap_or_else(|faults| panic!("{path}:\n{faults}"))
}

fn pipeline() -> Resolved {
    resolve("infra/template.yaml", &Context { stack_name: "atalaya".to_owned(), ..Context::default() })
}

#[test]
fn the_pipeline_has_its_names() {
    let pipeline = pipeline();
    let name = |id: &str| pipeline.resources()[id].name.clone().expect(id);
    assert_eq!(name("IntakeQueue"), "atalaya-intake");
    assert_eq!(name("IntakeFunction"), "atalaya-intake");
    assert_eq!(name("Inbox"), "atalaya-inbox-000000000000-us-east-1");
    assert_eq!(name("ProcessFile"), "atalaya-process-file");
    assert_eq!(name("NotifyFunctionOutcomes"), "atalaya-outcomes");
    let value = |key: &str| pipeline.outputs()[key].value.clone().expect(key);
    assert_eq!(value("IntakeQueueUrl"), "https://sqs.us-east-1.amazonaws.com/000000000000/atalaya-intake");
    assert_eq!(value("EventBusArn"), "arn:aws:events:us-east-1:000000000000:event-bus/atalaya");
    assert_eq!(value("StateMachineArn"), "arn:aws:states:us-east-1:000000000000:stateMachine:atalaya-process-file");
    assert_eq!(value("DataUsersTopicArn"), "arn:aws:sns:us-east-1:000000000000:atalaya-data-users");
    for (id, resource) in pipeline.resources() {
        assert!(resource.properties.is_ok(), "{id}: {:?}", resource.properties);
    }
}

#[test]
fn every_export_of_the_pipeline_is_named_after_its_output() {
    let pipeline = pipeline();
    for (key, output) in pipeline.outputs() {
        if let Some(export) = &output.export {
            assert_eq!(export, &format!("atalaya-{key}"));
        }
    }
    assert!(pipeline.exports().len() >= 20, "{:?}", pipeline.exports());
}

#[test]
fn the_alarms_resolve_against_the_pipeline() {
    let parameters = [("RunbookBaseUrl", "https://runbooks.example.com"), ("Feeds", "orders,canary")];
    let context = Context {
        stack_name: "atalaya-alarms".to_owned(),
        exports: pipeline().exports(),
        parameters: BTreeMap::from(parameters.map(|(name, value)| (name.to_owned(), value.to_owned()))),
        ..Context::default()
    };
    let resolved = resolve("alarms/template.yaml", &context);
    let names: Vec<_> = resolved.alarms().iter().map(|alarm| alarm.alarm.name()).collect();
    assert!(names.len() >= 20, "{names:?}");
    for alarm in resolved.alarms() {
        assert!(alarm.alarm.name().starts_with("atalaya-"), "{names:?}");
        assert!(alarm.line > 1);
    }
    assert!(resolved.alarms().iter().any(|alarm| alarm.origin.is_some()), "loops make some");
    let mut cloudwatch = CloudWatch::new(Account::default(), 0);
    let alarms = resolved.alarms().iter().map(|alarm| alarm.alarm.clone()).collect();
    cloudwatch.put_alarms(alarms).unwrap_or_else(|error| panic!("{error}"));
    let mut cloudwatch = CloudWatch::new(Account::default(), 0);
    let alarms = resolved.alarms().iter().map(|alarm| alarm.alarm.clone()).collect();
    cloudwatch.put_alarms(alarms).unwrap_or_else(|error| panic!("beyond CloudWatch's limits:\n{error}"));
}
