//! Whether anybody watches: alarms and dashboards.

use std::collections::BTreeSet;

use atalaya_cloudwatch::alarm::Alarm;
use atalaya_contract::AlarmState;

use super::check::{Check, Group};
use super::repair::Repair;
use crate::connect::{self, Watching};
use atalaya_operations::cloudwatch::Deployed;
use atalaya_terminal::human;

/// The dashboards of `dashboards/template.yaml`, without the stack's name.
const DASHBOARDS: [&str; 4] = ["overview", "feeds", "operations", "cost"];

/// Looks at all of it.
pub(super) async fn look(watching: &Watching, stack: &str) -> Vec<Check> {
    let cloudwatch = watching.cloudwatch();
    let prefix = format!("{stack}-");
    let (alarms, dashboards) = tokio::join!(cloudwatch.alarms(&prefix, None), cloudwatch.dashboards(&prefix));
    let mut checks = match alarms {
        Ok(alarms) => judge(&alarms, stack),
        Err(error) => vec![Check::unanswered(Group::Watching, "alarms", &connect::cloud(error))],
    };
    checks.push(match dashboards {
        Ok(found) => {
            let names: BTreeSet<_> =
                found.iter().filter_map(|dashboard| dashboard.name.strip_prefix(&prefix)).collect();
            dashboards_check(&names)
        }
        Err(error) => Check::unanswered(Group::Watching, "dashboards", &connect::cloud(error)),
    });
    checks
}

/// Every page of the runbooks is one of an alarm that is to exist, and may act.
fn judge(alarms: &[Deployed], stack: &str) -> Vec<Check> {
    let pages: BTreeSet<&str> =
        alarms.iter().filter_map(|alarm| Some(atalaya_runbook::named(&alarm.name, stack)?.name)).collect();
    let missing: Vec<&str> =
        atalaya_runbook::all().iter().map(|(name, _)| *name).filter(|name| !pages.contains(name)).collect();
    let mut checks = vec![if missing.is_empty() {
        let count = alarms.iter().filter(|alarm| !alarm.is_part()).count();
        Check::fine(Group::Watching, "alarms", format!("all {count} are there"))
    } else {
        let says = match missing.len() == atalaya_runbook::all().len() {
            true => "there are none: nobody is told of anything".to_owned(),
            false => format!("missing: {}", missing.join(", ")),
        };
        Check::wrong(Group::Watching, "alarms", says).advise("deploy alarms/template.yaml; alarms/README.md says how")
    }];
    let silent: Vec<String> =
        alarms.iter().filter(|alarm| is_silenced(alarm)).map(|alarm| alarm.name.clone()).collect();
    if !silent.is_empty() {
        let says = format!("kept from acting: {}", silent.join(", "));
        checks.push(
            Check::wrong(Group::Watching, "alarm actions", says)
                .advise("atalaya doctor --fix lets them act again")
                .repaired_by(Repair::EnableAlarms { alarms: silent }),
        );
    }
    let on: Vec<&str> = alarms
        .iter()
        .filter(|alarm| alarm.state == AlarmState::Alarm && !alarm.is_part())
        .filter_map(|alarm| alarm.name.strip_prefix(stack)?.strip_prefix('-'))
        .collect();
    if !on.is_empty() {
        let says = format!("{} on: {}", human::counted(on.len() as u64, "alarm"), human::shorten(&on.join(", "), 120));
        checks.push(Check::look(Group::Watching, "on now", says).advise("atalaya status"));
    }
    checks
}

/// Whether an alarm has somebody to tell and is kept from it.
fn is_silenced(alarm: &Deployed) -> bool {
    let actions = match &alarm.definition {
        Ok(Alarm::Metric(metric)) => &metric.actions,
        Ok(Alarm::Composite(composite)) => &composite.actions,
        Err(_) => return false,
    };
    let tells = !actions.alarm.is_empty() || !actions.ok.is_empty();
    tells && !actions.enabled
}

fn dashboards_check(found: &BTreeSet<&str>) -> Check {
    let missing: Vec<_> = DASHBOARDS.into_iter().filter(|name| !found.contains(name)).collect();
    if missing.is_empty() {
        return Check::fine(Group::Watching, "dashboards", format!("all {} are there", DASHBOARDS.len()));
    }
    Check::look(Group::Watching, "dashboards", format!("missing: {}", missing.join(", ")))
        .advise("deploy dashboards/template.yaml; README.md says how")
}

#[cfg(test)]
mod tests {
    use atalaya_cloudwatch::alarm::Actions;

    use super::super::check::Result;
    use super::*;
    use crate::alarms::explain::tests::deployed;

    #[test]
    fn every_runbook_has_its_alarm() {
        let mut alarms: Vec<_> =
            atalaya_runbook::all().iter().map(|(name, _)| deployed(&format!("s-{name}"))).collect();
        for alarm in &mut alarms {
            alarm.state = AlarmState::Ok;
        }
        assert_eq!(judge(&alarms, "s").iter().map(|check| check.result).collect::<Vec<_>>(), [Result::Fine]);
        alarms.retain(|alarm| alarm.name != "s-FilesFailed");
        assert_eq!(judge(&alarms, "s")[0].says, "missing: FilesFailed");
        assert!(judge(&[], "s")[0].says.contains("there are none"));
    }

    #[test]
    fn an_alarm_that_may_not_act_is_let_act_again() {
        let mut alarm = deployed("s-FilesFailed");
        let Ok(Alarm::Metric(metric)) = &mut alarm.definition else { panic!("a metric alarm") };
        metric.actions = Actions { enabled: false, alarm: vec!["arn:topic".to_owned()], ..Actions::default() };
        let checks = judge(&[alarm], "s");
        let found = checks.iter().find(|check| check.subject == "alarm actions").expect("it is told");
        assert_eq!(found.repairs, [Repair::EnableAlarms { alarms: vec!["s-FilesFailed".to_owned()] }]);
        assert!(checks.iter().any(|check| check.result == Result::Look && check.says == "1 alarm on: FilesFailed"));
    }

    #[test]
    fn what_only_feeds_other_alarms_is_not_counted() {
        let mut alarms: Vec<_> =
            atalaya_runbook::all().iter().map(|(name, _)| deployed(&format!("s-{name}"))).collect();
        let count = alarms.len();
        let mut part = deployed("s-SloFastBurn-1h");
        part.description = Some("Burns.\nSeverity: none".to_owned());
        alarms.push(part);
        let checks = judge(&alarms, "s");
        assert_eq!(checks[0].says, format!("all {count} are there"));
        let on = checks.iter().find(|check| check.subject == "on now").expect("they are on");
        assert!(on.says.starts_with(&format!("{count} alarms on")), "{}", on.says);
    }

    #[test]
    fn the_dashboards_are_those_of_the_template() {
        let template = include_str!("../../../../dashboards/template.yaml");
        let names: Vec<_> = template
            .lines()
            .filter_map(|line| line.trim().strip_prefix("DashboardName: !Sub ${PipelineStack}-"))
            .collect();
        assert_eq!(names, DASHBOARDS);
        assert_eq!(dashboards_check(&BTreeSet::from(["feeds", "cost"])).says, "missing: overview, operations");
    }
}
