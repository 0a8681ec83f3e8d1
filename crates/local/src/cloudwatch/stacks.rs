//! The alarms and dashboards that the project's own templates declare, as CloudFormation would create them beside the
//! pipeline.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use atalaya_cloudwatch::alarm::Alarm;
use atalaya_cloudwatch_template::{Context, Resolved, Template};
use serde_json::Value;

use crate::{LocalError, Outputs, error::AtPath, server, stack::STACK};

/// A template in the project's folder, and the stack that it would be deployed as.
struct Declared {
    template: &'static str,
    stack: &'static str,
}

const ALARMS: Declared = Declared { template: "alarms/template.yaml", stack: "atalaya-alarms" };
const DASHBOARDS: Declared = Declared { template: "dashboards/template.yaml", stack: "atalaya-dashboards" };

/// What the stacks beside the pipeline's are created with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stacks<'a> {
    /// The checkout.
    pub(crate) project: &'a Path,
    /// What the pipeline's stack exports.
    pub(crate) outputs: &'a Outputs,
    /// The feeds that have alarms of their own; none leaves the template's default.
    pub(crate) feeds: &'a [String],
    /// Parameters of the alarms' template; those that the dashboards' has too are its.
    pub(crate) parameters: &'a [(String, String)],
    /// Where the console answers: runbooks and dashboards are read there.
    pub(crate) console: &'a str,
}

impl Stacks<'_> {
    /// The alarms as CloudFormation would create them. A project without the template has none.
    ///
    /// # Errors
    /// All faults of the template at once.
    pub(crate) fn alarms(&self) -> Result<Vec<Alarm>, LocalError> {
        let resolved = self.resolve(&ALARMS, |_, _| true)?;
        let declared = resolved.iter().flat_map(Resolved::alarms);
        Ok(declared.map(|declared| declared.alarm.clone()).collect())
    }

    /// Names and bodies of the dashboards, likewise.
    ///
    /// # Errors
    /// All faults of the template at once.
    pub(crate) fn dashboards(&self) -> Result<Vec<(String, Value)>, LocalError> {
        let resolved = self.resolve(&DASHBOARDS, |declared, name| declared.contains(name))?;
        Ok(resolved.map_or_else(Vec::new, |resolved| resolved.dashboards().to_vec()))
    }

    /// Resolves a template, if there is one. `takes` says which of the given parameters are its, where those that it
    /// declares are known.
    fn resolve(
        &self,
        declared: &Declared,
        takes: impl Fn(&BTreeSet<&str>, &str) -> bool,
    ) -> Result<Option<Resolved>, LocalError> {
        let path = self.project.join(declared.template);
        if !path.exists() {
            return Ok(None);
        }
        let text = fs::read_to_string(&path).at(&path)?;
        let fault = |faults: String| LocalError::Template { path: path.clone(), faults };
        let template = Template::parse(&text).map_err(|error| fault(error.to_string()))?;
        let parameters: BTreeSet<_> = template.parameters().collect();
        let mut values: BTreeMap<_, _> =
            self.usual().into_iter().filter(|(name, _)| parameters.contains(name.as_str())).collect();
        values.extend(self.parameters.iter().filter(|(name, _)| takes(&parameters, name)).cloned());
        let resolved = template.resolve(&self.context(declared.stack, values));
        resolved.map(Some).map_err(|errors| fault(errors.to_string()))
    }

    /// The parameters that follow from what runs here; each template takes those that it declares.
    fn usual(&self) -> BTreeMap<String, String> {
        let mut values = BTreeMap::from([
            ("PipelineStack".to_owned(), STACK.to_owned()),
            ("RunbookBaseUrl".to_owned(), format!("{}/runbooks", self.console)),
            ("DashboardBaseUrl".to_owned(), format!("{}/dashboards/", self.console)),
        ]);
        if !self.feeds.is_empty() {
            values.insert("Feeds".to_owned(), self.feeds.join(","));
        }
        values
    }

    fn context(&self, stack: &str, parameters: BTreeMap<String, String>) -> Context {
        // The pipeline's template exports each output under the stack's name.
        let exports = self.outputs.all.iter().map(|(key, value)| (format!("{STACK}-{key}"), value.clone())).collect();
        Context {
            stack_name: stack.to_owned(),
            region: server::REGION.to_owned(),
            account_id: server::ACCOUNT.to_owned(),
            parameters,
            exports,
            ..Context::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use atalaya_cloudwatch::{
        Account, CloudWatch, MetricStat, QuerySource,
        alarm::{AlarmSource, MetricAlarm},
    };
    use atalaya_cloudwatch_dashboard::Dashboards;

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

    fn stacks<'a>(project: &'a Path, outputs: &'a Outputs) -> Stacks<'a> {
        Stacks { project, outputs, feeds: &[], parameters: &[], console: "http://127.0.0.1:4" }
    }

    #[test]
    fn the_projects_own_alarms_are_created_without_delay() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let outputs = outputs(&project);
        let begun = Instant::now();
        let feeds = ["canary".to_owned(), "orders".to_owned()];
        let alarms = Stacks { feeds: &feeds, ..stacks(&project, &outputs) }.alarms().expect("they resolve");
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
        let alarms = stacks(&project, &outputs(&project)).alarms().expect("they resolve");
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
    fn the_projects_own_dashboards_are_put() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let outputs = outputs(&project);
        // Of the two, only the alarms know the second one.
        let parameters = [("SloPercent", "97"), ("DuplicateFiles", "7")];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let dashboards = Stacks { parameters: &parameters, ..stacks(&project, &outputs) }.dashboards();
        let dashboards = dashboards.expect("they resolve");
        let mut put = Dashboards::default();
        for (name, body) in &dashboards {
            put.put(name, body, 1_767_225_600).expect("CloudWatch takes it");
        }
        let names: Vec<_> = put.iter().map(|stored| stored.dashboard.name()).collect();
        assert_eq!(names, ["atalaya-cost", "atalaya-feeds", "atalaya-operations", "atalaya-overview"]);
        let text = dashboards.iter().map(|(_, body)| body.to_string()).collect::<String>();
        assert!(text.contains("http://127.0.0.1:4/runbooks/") && text.contains("http://127.0.0.1:4/dashboards/"));
    }

    #[test]
    fn a_project_without_the_template_has_none() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let nothing = tempfile::tempdir().expect("a folder");
        let outputs = outputs(&project);
        let stacks = stacks(nothing.path(), &outputs);
        assert!(stacks.alarms().expect("nothing to read").is_empty());
        assert!(stacks.dashboards().expect("nothing to read").is_empty());
    }

    #[test]
    fn a_template_gets_of_the_usual_parameters_those_that_it_declares() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let (outputs, folder) = (outputs(&project), tempfile::tempdir().expect("a folder"));
        let alarm = "Resources:\n  A:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n      AlarmName: a\n      \
            AlarmDescription: !Sub ${DashboardBaseUrl}x ${RunbookBaseUrl}/a.md\n      Namespace: N\n      \
            MetricName: M\n      Statistic: Sum\n      Period: 60\n      EvaluationPeriods: 1\n      Threshold: 0\n      \
            ComparisonOperator: GreaterThanThreshold\n";
        fs::create_dir(folder.path().join("alarms")).expect("a folder");
        let path = folder.path().join("alarms/template.yaml");
        let both = "Parameters:\n  DashboardBaseUrl: { Type: String }\n  RunbookBaseUrl: { Type: String }\n";
        fs::write(&path, format!("{both}{alarm}")).expect("written");
        let alarms = stacks(folder.path(), &outputs).alarms().expect("they resolve");
        let description = alarms[0].description().expect("it has one");
        assert_eq!(description, "http://127.0.0.1:4/dashboards/x http://127.0.0.1:4/runbooks/a.md");
        let given = [("Nonsense".to_owned(), "1".to_owned())];
        let refused = Stacks { parameters: &given, ..stacks(folder.path(), &outputs) }.alarms();
        assert!(refused.expect_err("not declared").to_string().contains("`Nonsense`"));
    }
}
