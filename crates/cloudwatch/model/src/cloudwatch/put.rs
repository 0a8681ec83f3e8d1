//! Alarms that are put and removed.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    CloudWatch, Entry, Kind,
    composite::{Compound, Put},
    metric::Watch,
    order,
};
use crate::alarm::{Alarm, AlarmError, AlarmFault, CompositeAlarm, HistoryItem, Rule, Suppression, limits};

/// Alarms that are checked before any of them is put.
struct Batch<'a> {
    cloudwatch: &'a CloudWatch,
    /// By name, whether it is a composite.
    names: BTreeMap<String, bool>,
    faults: Vec<AlarmFault>,
}

impl CloudWatch {
    /// Puts an alarm, or replaces the configuration of the one with its name and leaves its state.
    ///
    /// # Errors
    /// Everything about it that CloudWatch would refuse or that is not supported.
    pub fn put_alarm(&mut self, alarm: Alarm) -> Result<(), AlarmError> {
        self.put_alarms(vec![alarm])
    }

    /// Puts alarms in any order, all or none.
    ///
    /// # Errors
    /// Everything about any of them that CloudWatch would refuse or that is not supported. A rule or suppressor that
    /// names an alarm which does not exist is refused: what the real service makes of it is not published.
    pub fn put_alarms(&mut self, alarms: Vec<Alarm>) -> Result<(), AlarmError> {
        let names = alarms.iter().map(|alarm| (alarm.name().to_owned(), matches!(alarm, Alarm::Composite(_))));
        let mut batch = Batch { cloudwatch: self, names: names.collect(), faults: Vec::new() };
        let kinds: Vec<_> = alarms.iter().map(|alarm| batch.prepare(alarm)).collect();
        batch.check_names(&alarms);
        let composites = batch.check_family(&alarms, &kinds);
        if !batch.faults.is_empty() {
            return Err(AlarmError { faults: batch.faults });
        }
        for (alarm, kind) in alarms.into_iter().zip(kinds) {
            self.insert(alarm, kind.expect("what has no fault has a kind"));
        }
        self.composites = composites;
        Ok(())
    }

    fn insert(&mut self, alarm: Alarm, kind: Kind) {
        let now = self.now;
        let Some(entry) = self.alarms.get_mut(alarm.name()) else {
            let arn = self.account.alarm_arn(alarm.name());
            self.alarms.insert(alarm.name().to_owned(), Entry::created(alarm, arn, kind, now));
            return;
        };
        entry.remember(HistoryItem::updated(&alarm, now), now);
        entry.status.definition = Arc::new(alarm);
        entry.status.configured_at = now;
        let old = std::mem::replace(&mut entry.kind, kind);
        if let (Kind::Composite(old), Kind::Composite(new)) = (old, &mut entry.kind) {
            new.put = old.put.or(Some(Put::Updated));
            new.take_over(*old);
            entry.status.suppressed_by = new.suppressor.as_ref().and_then(|(_, suppression)| suppression.held_by());
        }
    }

    /// Removes an alarm and its history.
    ///
    /// # Errors
    /// When there is none of this name, or a composite alarm names it in its rule or as its suppressor.
    pub fn remove_alarm(&mut self, name: &str) -> Result<(), AlarmError> {
        if !self.alarms.contains_key(name) {
            return Err(AlarmError::of(name, "there is no alarm of this name"));
        }
        let user = self.alarms.iter().find(|(_, entry)| match &entry.kind {
            Kind::Composite(compound) => compound.names(name),
            Kind::Metric(_) => false,
        });
        if let Some((user, _)) = user {
            return Err(AlarmError::of(name, format!("the composite alarm `{user}` names it; remove that one first")));
        }
        self.alarms.remove(name);
        self.composites.retain(|composite| composite != name);
        self.changed.retain(|changed| changed != name);
        Ok(())
    }
}

impl Batch<'_> {
    fn fault(&mut self, alarm: &str, what: impl Into<String>) {
        self.faults.push(AlarmFault { alarm: alarm.to_owned(), what: what.into() });
    }

    /// Checks an alarm by itself and the names in it.
    fn prepare(&mut self, alarm: &Alarm) -> Option<Kind> {
        let name = alarm.name();
        let faults = limits::faults(alarm);
        let is_sound = faults.is_empty();
        faults.into_iter().for_each(|what| self.fault(name, what));
        match alarm {
            // An expression is looked at only where its queries are within their limits.
            Alarm::Metric(alarm) if is_sound => match Watch::new(alarm) {
                Ok(watch) => Some(Kind::Metric(Box::new(watch))),
                Err(what) => {
                    self.fault(name, what);
                    None
                }
            },
            Alarm::Metric(_) => None,
            Alarm::Composite(alarm) => self.compound(alarm).map(|compound| Kind::Composite(Box::new(compound))),
        }
    }

    fn compound(&mut self, alarm: &CompositeAlarm) -> Option<Compound> {
        let rule = match Rule::parse(&alarm.rule) {
            Ok(rule) => rule,
            Err(error) => {
                self.fault(&alarm.name, error.to_string());
                return None;
            }
        };
        let mut unknown = Vec::new();
        let mut name = |reference: String| -> Result<String, std::convert::Infallible> {
            Ok(self.resolve(&reference).unwrap_or_else(|what| {
                unknown.push(format!("AlarmRule: {what}"));
                reference
            }))
        };
        let Ok(rule) = rule.renamed(&mut name);
        let mut children: Vec<String> = Vec::new();
        for child in rule.alarms() {
            if !children.iter().any(|known| known == child) {
                children.push(child.to_owned());
            }
        }
        let suppressor = alarm.suppressor.as_ref().map(|suppressor| {
            let name = self.resolve(&suppressor.alarm).unwrap_or_else(|what| {
                unknown.push(format!("ActionsSuppressor: {what}"));
                suppressor.alarm.clone()
            });
            (name, Suppression::new(suppressor.wait, suppressor.extension))
        });
        if suppressor.as_ref().is_some_and(|(suppressor, _)| *suppressor == alarm.name) {
            unknown.push("ActionsSuppressor: it names the alarm itself".to_owned());
        }
        if children.len() > limits::MOST_CHILDREN {
            unknown.push(format!("AlarmRule names {} alarms, more than {}", children.len(), limits::MOST_CHILDREN));
        }
        unknown.dedup();
        unknown.into_iter().for_each(|what| self.fault(&alarm.name, what));
        Some(Compound { rule, children, suppressor, put: Some(Put::Created) })
    }

    /// The name of the alarm that a rule's name or ARN means, if there is one.
    fn resolve(&self, reference: &str) -> Result<String, String> {
        let account = &self.cloudwatch.account;
        let name = if reference.starts_with("arn:") {
            let here = account.alarm_arn("");
            reference
                .strip_prefix(&here)
                .ok_or_else(|| format!("`{reference}` is no alarm of this account and region ({here}…)"))?
        } else {
            reference
        };
        if self.names.contains_key(name) || self.cloudwatch.alarms.contains_key(name) {
            return Ok(name.to_owned());
        }
        Err(format!("there is no alarm `{name}`"))
    }

    /// Checks that no name stands twice and that no alarm becomes one of the other kind.
    fn check_names(&mut self, alarms: &[Alarm]) {
        for (index, alarm) in alarms.iter().enumerate() {
            let name = alarm.name();
            if alarms[..index].iter().any(|other| other.name() == name) {
                self.fault(name, "two alarms have this name");
            }
            let old = self.cloudwatch.alarms.get(name).map(|entry| matches!(entry.kind, Kind::Composite(_)));
            if old.is_some_and(|old| old != matches!(alarm, Alarm::Composite(_))) {
                self.fault(name, "there is an alarm of this name and of the other kind; remove it first");
            }
        }
    }

    /// Checks parents and cycles over all alarms as they would be; the composites, children first.
    fn check_family(&mut self, alarms: &[Alarm], kinds: &[Option<Kind>]) -> Vec<String> {
        let mut family: BTreeMap<&str, &[String]> = BTreeMap::new();
        for (name, entry) in &self.cloudwatch.alarms {
            if let Kind::Composite(compound) = &entry.kind {
                family.insert(name, &compound.children);
            }
        }
        for (alarm, kind) in alarms.iter().zip(kinds) {
            if let Some(Kind::Composite(compound)) = kind {
                family.insert(alarm.name(), &compound.children);
            }
        }
        let mut parents: BTreeMap<&str, usize> = BTreeMap::new();
        for child in family.values().copied().flatten() {
            *parents.entry(child).or_default() += 1;
        }
        let crowded = parents.into_iter().filter(|(_, count)| *count > limits::MOST_PARENTS);
        let mut faults: Vec<_> = crowded
            .map(|(child, count)| AlarmFault {
                alarm: child.to_owned(),
                what: format!("{count} composite alarms name it, more than {}", limits::MOST_PARENTS),
            })
            .collect();
        let composites = family.iter().map(|(name, children)| {
            (*name, children.iter().map(String::as_str).filter(|child| family.contains_key(child)).collect())
        });
        let order = order::children_first(&composites.collect()).unwrap_or_else(|cycle| {
            let what = format!("its rule comes back to itself: {}", cycle.join(" → "));
            faults.push(AlarmFault { alarm: cycle[0].clone(), what });
            Vec::new()
        });
        self.faults.append(&mut faults);
        order
    }
}

impl Compound {
    /// Whether its rule or its suppressor is the alarm of this name.
    fn names(&self, alarm: &str) -> bool {
        self.children.iter().any(|child| child == alarm)
            || self.suppressor.as_ref().is_some_and(|(suppressor, _)| suppressor == alarm)
    }

    /// Goes on with the running period of an earlier definition; another suppressor discards it.
    fn take_over(&mut self, old: Self) {
        if let (Some((new_name, new)), Some((old_name, old))) = (&mut self.suppressor, old.suppressor)
            && *new_name == old_name
        {
            *new = old.with_periods_of(new);
        }
    }
}
