//! The template, resolved with one set of parameters: the alarms that cases are about.

use std::collections::{BTreeMap, BTreeSet};

use super::{metric_key, settings::Settings};
use atalaya_cloudwatch::{
    Account, MetricStat,
    alarm::{Alarm, Rule},
};
use atalaya_cloudwatch_template::{Context, Template, TemplateErrors};

/// A template and what it is resolved with, but for the parameters of single cases.
#[derive(Debug)]
pub(super) struct Blueprint {
    pub(super) template: Template,
    pub(super) context: Context,
    /// What is taken off the front of physical names, `${…}` included.
    pub(super) prefix: String,
}

/// The alarms of a template with one set of parameters.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) account: Account,
    /// What test files leave out at the front of names.
    pub(super) prefix: String,
    /// What `${…}` stands for.
    pub(super) variables: BTreeMap<String, String>,
    /// In the order of the template.
    pub(super) alarms: Vec<StagedAlarm>,
}

/// An alarm of the template.
#[derive(Debug, Clone)]
pub(super) struct StagedAlarm {
    /// Its name without the prefix.
    pub(super) name: String,
    pub(super) logical_id: String,
    /// Name of the loop that made it.
    pub(super) origin: Option<String>,
    pub(super) definition: Alarm,
    /// Line of the template.
    pub(super) line: usize,
}

/// Why a stage cannot be set.
#[derive(Debug)]
pub(super) enum StageError {
    /// The template cannot be resolved.
    Template(TemplateErrors),
    /// The prefix asks for a name that has no value.
    Prefix(String),
}

impl Blueprint {
    /// The alarms with these parameters over those of the context.
    pub(super) fn stage(&self, parameters: &BTreeMap<String, String>) -> Result<Stage, StageError> {
        let mut context = self.context.clone();
        context.parameters.extend(parameters.clone());
        let resolved = self.template.resolve(&context).map_err(StageError::Template)?;
        let mut variables = resolved.parameters().clone();
        for (name, value) in [
            ("AWS::Region", context.region.as_str()),
            ("AWS::AccountId", context.account_id.as_str()),
            ("AWS::StackName", context.stack_name.as_str()),
            ("AWS::Partition", context.partition.as_str()),
            ("AWS::URLSuffix", context.url_suffix()),
        ] {
            variables.insert(name.to_owned(), value.to_owned());
        }
        let prefix = metric_key::substitute(&self.prefix, &variables).map_err(StageError::Prefix)?;
        let alarms = resolved.alarms().iter().map(|alarm| {
            // An alarm without a name of its own is known by its logical id.
            let generated = format!("{}-{}", context.stack_name, alarm.logical_id);
            let physical = alarm.alarm.name();
            let name = if physical == generated { &alarm.logical_id } else { physical };
            StagedAlarm {
                name: name.strip_prefix(&prefix).unwrap_or(name).to_owned(),
                logical_id: alarm.logical_id.clone(),
                origin: alarm.origin.clone(),
                definition: alarm.alarm.clone(),
                line: alarm.line,
            }
        });
        let alarms = alarms.collect();
        let account = Account { id: context.account_id.clone(), region: context.region.clone() };
        Ok(Stage { account, prefix, variables, alarms })
    }

    /// The blueprint of a template with the settings of `context.yaml` and the exports of other stacks.
    pub(super) fn new(template: Template, settings: &Settings, exports: BTreeMap<String, String>) -> Self {
        let mut context = context(settings);
        if let Some(stack) = &settings.stack {
            context.stack_name.clone_from(stack);
        }
        context.parameters = settings.parameters.iter().cloned().collect();
        context.exports = exports;
        let prefix = settings.prefix.as_ref().map(|prefix| prefix.value.clone()).unwrap_or_default();
        Self { template, context, prefix }
    }
}

/// Account and region as the settings say, all else as by default.
pub(super) fn context(settings: &Settings) -> Context {
    let mut context = Context::default();
    if let Some(region) = &settings.region {
        context.region.clone_from(region);
        let account = Account { id: String::new(), region: region.clone() };
        account.partition().clone_into(&mut context.partition);
    }
    if let Some(account) = &settings.account {
        context.account_id.clone_from(account);
    }
    context
}

impl Stage {
    /// The alarm of a name without prefix, of a physical name, or of a logical id.
    pub(super) fn find(&self, name: &str) -> Option<&StagedAlarm> {
        let by = |is: &dyn Fn(&StagedAlarm) -> bool| self.alarms.iter().find(|alarm| is(alarm));
        by(&|alarm| alarm.name == name)
            .or_else(|| by(&|alarm| alarm.definition.name() == name))
            .or_else(|| by(&|alarm| alarm.logical_id == name))
    }

    /// The instances of a family: what follows `name-` in names.
    pub(super) fn instances(&self, name: &str) -> Vec<&str> {
        let rest = |alarm: &'_ StagedAlarm| -> Option<usize> {
            alarm.name.strip_prefix(name)?.strip_prefix('-').map(|_| name.len() + 1)
        };
        self.alarms.iter().filter_map(|alarm| rest(alarm).map(|at| &alarm.name[at..])).collect()
    }

    /// The alarms that a composite alarm depends on; of a metric alarm none.
    pub(super) fn children(&self, alarm: &Alarm) -> Vec<Child<'_>> {
        let child = |physical: String| {
            let staged = self.alarms.iter().find(|alarm| alarm.definition.name() == physical);
            let name = staged.map_or_else(|| self.short(&physical), |staged| &staged.name).to_owned();
            Child { name, physical, staged }
        };
        dependencies(alarm).into_iter().map(child).collect()
    }

    /// A physical name without the prefix.
    fn short<'n>(&self, physical: &'n str) -> &'n str {
        physical.strip_prefix(&self.prefix).unwrap_or(physical)
    }
}

/// An alarm that a composite alarm refers to.
#[derive(Debug)]
pub(super) struct Child<'a> {
    pub(super) physical: String,
    /// Its name without the prefix.
    pub(super) name: String,
    /// Its definition; `None` where the template has none.
    pub(super) staged: Option<&'a StagedAlarm>,
}

/// Physical names of the alarms of a composite alarm's rule, and of its suppressor; of a metric alarm none. A rule that
/// cannot be read has none: putting the alarm tells of it.
pub(super) fn dependencies(alarm: &Alarm) -> BTreeSet<String> {
    let Alarm::Composite(alarm) = alarm else { return BTreeSet::new() };
    let rule = Rule::parse(&alarm.rule).ok();
    let references = rule.iter().flat_map(Rule::alarms).chain(alarm.suppressor.iter().map(|own| own.alarm.as_str()));
    references.map(|reference| referred(reference).to_owned()).collect()
}

/// The name in a reference, which is a name or an ARN.
fn referred(reference: &str) -> &str {
    match reference.split_once(":alarm:") {
        Some((arn, name)) if arn.starts_with("arn:") => name,
        _ => reference,
    }
}

/// What a metric alarm reads; nothing for a composite alarm.
pub(super) fn reads(alarm: &Alarm) -> Vec<&MetricStat> {
    match alarm {
        Alarm::Metric(alarm) => super::mutation::stats(&alarm.source),
        Alarm::Composite(_) => Vec::new(),
    }
}
