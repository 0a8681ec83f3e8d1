//! The project's templates, as CloudFormation would resolve them for a first deployment.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use atalaya_cloudwatch::MetricId;
use atalaya_cloudwatch_template::{Context, Resolved, Template};
use atalaya_telemetry::Metric;

use crate::world::project;

/// The three stacks with the parameters of a first deployment.
pub(crate) struct Stacks {
    pub(crate) pipeline: Resolved,
    pub(crate) alarms: Resolved,
    pub(crate) dashboards: Resolved,
}

pub(crate) const PIPELINE: &str = "atalaya";
/// A feed that the tests pretend to have, and the canary.
pub(crate) const FEEDS: [&str; 2] = ["orders", "canary"];
pub(crate) const RUNBOOKS: &str = "https://runbooks.example.com";

pub(crate) fn stacks() -> &'static Stacks {
    static STACKS: LazyLock<Stacks> = LazyLock::new(|| {
        let pipeline = resolve("infra/template.yaml", PIPELINE, &[], BTreeMap::new());
        let feeds = FEEDS.join(",");
        let parameters = [("RunbookBaseUrl", RUNBOOKS), ("Feeds", &feeds)];
        let alarms = resolve("alarms/template.yaml", "atalaya-alarms", &parameters, pipeline.exports());
        let dashboards = resolve("dashboards/template.yaml", "atalaya-dashboards", &parameters, pipeline.exports());
        Stacks { pipeline, alarms, dashboards }
    });
    &STACKS
}

fn resolve(path: &str, stack: &str, parameters: &[(&str, &str)], exports: BTreeMap<String, String>) -> Resolved {
    let text = std::fs::read_to_string(project().join(path)).expect(path);
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let context = Context { stack_name: stack.to_owned(), parameters, exports, ..Context::default() };
    let template = Template::parse(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    template.resolve(&context).unwrap_or_else(|errors| panic!("{path}: {errors}"))
}

/// Fails with all that was found at once.
pub(crate) fn none(found: Vec<String>) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// What is wrong with a metric of the namespace Atalaya by the catalogue: its name, or its dimensions.
pub(crate) fn uncatalogued(metric: &MetricId) -> Option<String> {
    let Some(known) = Metric::from_name(&metric.name) else {
        return Some(format!("{metric} is not in the catalogue"));
    };
    let names: BTreeSet<_> = metric.dimensions.keys().map(String::as_str).collect();
    let mut sets = known.definition().dimensions.iter();
    let is_emitted = sets.any(|set| set.iter().map(|each| each.name()).collect::<BTreeSet<_>>() == names);
    (!is_emitted).then(|| format!("{metric} is not emitted with these dimensions"))
}

/// The dimensions of an AWS metric that name nothing of the pipeline, each as `dimension value`.
pub(crate) fn strange_dimensions(metric: &MetricId) -> Vec<String> {
    static INFRA: LazyLock<String> =
        LazyLock::new(|| std::fs::read_to_string(project().join("infra/template.yaml")).expect("infra"));
    let is_known = |dimension: &str, value: &str| match (metric.namespace.as_str(), dimension) {
        ("AWS/DynamoDB", "Operation") => INFRA.contains(&format!("dynamodb:{value}")),
        ("AWS/DynamoDB", "GlobalSecondaryIndexName") => INFRA.contains(&format!("IndexName: {value}\n")),
        // SAM makes a function's rule; its name stands in the event.
        ("AWS/Events", "RuleName") => INFRA.contains(&value.replacen(PIPELINE, "${AWS::StackName}", 1)),
        // A quota of the account's, of which the guide to Step Functions has this one for transitions.
        ("AWS/States", "ServiceMetric") => value == "StateTransition",
        (namespace, dimension) => is_resource(namespace, dimension, value),
    };
    let strange = metric.dimensions.iter().filter(|(dimension, value)| !is_known(dimension, value));
    strange.map(|(dimension, value)| format!("{dimension} {value}")).collect()
}

/// Which type of resource a dimension of an AWS namespace names.
const NAMES: &[(&str, &str, &[&str])] = &[
    ("AWS/Lambda", "FunctionName", &["AWS::Serverless::Function", "AWS::Lambda::Function"]),
    ("AWS/SQS", "QueueName", &["AWS::SQS::Queue"]),
    ("AWS/SNS", "TopicName", &["AWS::SNS::Topic"]),
    ("AWS/States", "StateMachineArn", &["AWS::Serverless::StateMachine"]),
    ("AWS/DynamoDB", "TableName", &["AWS::DynamoDB::Table"]),
    ("AWS/Events", "EventBusName", &["AWS::Events::EventBus"]),
    ("AWS/Logs", "LogGroupName", &["AWS::Logs::LogGroup"]),
];

fn is_resource(namespace: &str, dimension: &str, value: &str) -> bool {
    let types = NAMES.iter().find(|(known, name, _)| *known == namespace && *name == dimension);
    let Some((.., types)) = types else { return false };
    // A state machine is named by its ARN.
    let value = value.rsplit(':').next().unwrap_or(value);
    let mut resources = stacks().pipeline.resources().values();
    resources.any(|resource| {
        types.contains(&resource.resource_type.as_str())
            && resource.name.as_deref() == Some(value)
            && !resource.is_generated
    })
}

/// Whether the pipeline has a log group of this name.
pub(crate) fn is_log_group(name: &str) -> bool {
    is_resource("AWS/Logs", "LogGroupName", name)
}

/// CloudFormation takes a larger template only from a bucket (AWS CloudFormation quotas).
const LARGEST_DIRECT: usize = 51_200;

#[test]
fn what_is_too_large_to_be_sent_is_deployed_through_a_bucket() {
    let told =
        ["README.md", "alarms/README.md", "alarms/template.yaml", "dashboards/README.md", "dashboards/template.yaml"];
    let mut seen = 0;
    for path in told {
        let text = std::fs::read_to_string(project().join(path)).expect(path);
        for command in text.split("aws cloudformation deploy --template-file ").skip(1) {
            let line = command.lines().next().unwrap_or_default();
            let template = line.split_whitespace().next().expect("a template");
            let size = std::fs::metadata(project().join(template)).expect(template).len() as usize;
            assert!(size <= LARGEST_DIRECT || line.contains("--s3-bucket "), "{path}: {template} has {size} bytes");
            seen += 1;
        }
    }
    assert!(seen >= told.len(), "{seen}");
}
