//! The alarms that the project's own template declares.

use std::{collections::BTreeMap, fs, path::Path};

use atalaya_cloudwatch::{
    alarm::Alarm,
    template::{Context, Template},
};

use crate::{LocalError, Outputs, error::AtPath, server, stack::STACK};

/// The template, from the project's folder.
const TEMPLATE: &str = "alarms/template.yaml";
/// The stack that it would be deployed as.
const ALARMS_STACK: &str = "atalaya-alarms";
/// Where the pages on the alarms lie.
const RUNBOOKS: &str = "runbooks";

/// Reads the alarms as CloudFormation would create them for the deployed stack. A project without the template has
/// none.
pub(crate) fn load(
    project: &Path,
    outputs: &Outputs,
    feeds: &[String],
    parameters: &[(String, String)],
) -> Result<Vec<Alarm>, LocalError> {
    let path = project.join(TEMPLATE);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(&path).at(&path)?;
    let fault = |faults: String| LocalError::Alarms { path: path.clone(), faults };
    let template = Template::parse(&text).map_err(|error| fault(error.to_string()))?;
    let resolved = template.resolve(&context(project, outputs, feeds, parameters));
    let resolved = resolved.map_err(|errors| fault(errors.to_string()))?;
    Ok(resolved.alarms().iter().map(|declared| declared.alarm.clone()).collect())
}

fn context(project: &Path, outputs: &Outputs, feeds: &[String], parameters: &[(String, String)]) -> Context {
    let mut values = BTreeMap::from([
        ("PipelineStack".to_owned(), STACK.to_owned()),
        ("RunbookBaseUrl".to_owned(), format!("file://{}", project.join(RUNBOOKS).display())),
    ]);
    if !feeds.is_empty() {
        values.insert("Feeds".to_owned(), feeds.join(","));
    }
    values.extend(parameters.iter().cloned());
    // The template exports each output under the stack's name.
    let exports = outputs.all.iter().map(|(key, value)| (format!("{STACK}-{key}"), value.clone())).collect();
    Context {
        stack_name: ALARMS_STACK.to_owned(),
        region: server::REGION.to_owned(),
        account_id: server::ACCOUNT.to_owned(),
        parameters: values,
        exports,
        ..Context::default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use atalaya_cloudwatch::{
        Account, CloudWatch, MetricStat, QuerySource,
        alarm::{AlarmSource, MetricAlarm},
    };

    use super::*;
    use crate::service_metric;

    /// The stack's outputs as its template gives them, each of which has to be an export under its own name.
    fn outputs(project: &Path) -> Outputs {
        let text = fs::read_to_string(project.join("infra/template.yaml")).expect("the pipeline's template");
        let context = Context { stack_name: STACK.to_owned(), ..Context::default() };
        let resolved = Template::parse(&text).expect("a template").resolve(&context).expect("it resolves");
        let exports = resolved.exports().into_iter();
        let own = |(name, value): (String, String)| Some((name.strip_prefix("atalaya-")?.to_owned(), value));
        let exported: BTreeMap<_, _> = exports.filter_map(own).collect();
        assert!(resolved.outputs().keys().eq(exported.keys()), "each output is exported");
        Outputs::from_map(exported).expect("it has all outputs")
    }

    #[test]
    fn the_projects_own_alarms_are_created_without_delay() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let outputs = outputs(&project);
        let begun = Instant::now();
        let feeds = ["canary".to_owned(), "orders".to_owned()];
        let alarms = load(&project, &outputs, &feeds, &[]).expect("they resolve");
        let declared = alarms.len();
        let mut cloudwatch = CloudWatch::new(Account::default(), 1_767_225_600);
        cloudwatch.put_alarms(alarms).expect("CloudWatch takes them");
        // Far more than it takes: a start must not feel the alarms.
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        assert!(declared > 20, "{declared}");
        println!("{declared} alarms in {:?}", begun.elapsed());
        assert!(cloudwatch.alarms().any(|alarm| alarm.definition.name().ends_with("-orders")), "one feed's own");
        let actions = |alarm: &Alarm| alarm.actions().alarm.clone();
        let names = cloudwatch.alarms().flat_map(|alarm| actions(&alarm.definition));
        assert!(names.into_iter().all(|arn| arn.starts_with("arn:aws:sns:us-east-1:000000000000:atalaya-")));
    }

    /// The metrics that an alarm reads, each with the unit that it asks for.
    fn metrics(alarm: &Alarm) -> Vec<&MetricStat> {
        match alarm {
            Alarm::Metric(MetricAlarm { source: AlarmSource::Metric(stat), .. }) => vec![stat],
            Alarm::Metric(MetricAlarm { source: AlarmSource::Math(queries), .. }) => {
                let sources = queries.iter().filter_map(|query| match &query.source {
                    QuerySource::Metric(stat) => Some(stat),
                    QuerySource::Expression { .. } => None,
                });
                sources.collect()
            }
            Alarm::Composite(_) => Vec::new(),
        }
    }

    #[test]
    fn each_metric_of_aws_that_an_alarm_reads_is_measured_here() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let alarms = load(&project, &outputs(&project), &[], &[]).expect("they resolve");
        let read = alarms.iter().flat_map(metrics).filter(|stat| stat.metric.namespace.starts_with("AWS/"));
        let mut seen = 0;
        for stat in read {
            seen += 1;
            // CloudWatch itself counts the lines of metrics that it cannot read.
            if stat.metric.name.starts_with("EMF") {
                continue;
            }
            let measured = service_metric(&stat.metric.namespace, &stat.metric.name).expect("it is in the catalogue");
            assert!(measured.has_dimensions(stat.metric.dimensions.keys().map(String::as_str)), "{}", stat.metric);
            assert!(stat.unit.is_none_or(|unit| unit == measured.unit), "{} in {:?}", stat.metric, stat.unit);
        }
        assert!(seen > 30, "{seen}");
    }

    #[test]
    fn a_project_without_the_template_has_none() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let nothing = tempfile::tempdir().expect("a folder");
        assert!(load(nothing.path(), &outputs(&project), &[], &[]).expect("nothing to read").is_empty());
    }
}
