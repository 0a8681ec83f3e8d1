//! The actions that wait for a suppressor.

use super::{CloudWatch, Kind};
use crate::alarm::{Occurrence, Suppression};

impl CloudWatch {
    /// Tells each suppression what has changed at this moment, and runs the actions whose periods have ended.
    pub(super) fn suppress(&mut self) {
        let now = self.now;
        for index in 0..self.composites.len() {
            let name = self.composites[index].clone();
            let Some((suppressor, _)) = self.suppression(&name) else { continue };
            let changed = |alarm: &str| self.changed.iter().any(|changed| changed == alarm);
            let (suppressor_changed, composite_changed) = (changed(suppressor), changed(&name));
            let state = self.entry(suppressor).status.state;
            let Some(suppression) = self.suppression_mut(&name) else { continue };
            if suppressor_changed {
                suppression.suppressor_changed(state, now);
            }
            if composite_changed {
                suppression.composite_changed(state, now);
            }
            let acts = suppression.has_ended(now);
            let held_by = suppression.held_by();
            self.entry_mut(&name).status.suppressed_by = held_by;
            if composite_changed {
                self.tell_suppressed(&name);
            }
            if acts {
                self.act(&name, |_| true);
            }
        }
    }

    /// When the next wait or extension ends.
    pub(super) fn next_end_of_suppression(&self) -> Option<i64> {
        let ends = self.composites.iter().filter_map(|name| self.suppression(name)?.1.ends_at());
        ends.filter(|end| *end > self.now).min()
    }

    /// Writes into the change of the alarm that is not told yet what keeps its actions back.
    fn tell_suppressed(&mut self, name: &str) {
        let held_by = self.entry(name).status.suppressed_by;
        let untold = self.untold.iter_mut().rev().find_map(|occurrence| match occurrence {
            Occurrence::StateChanged(transition) if transition.alarm == name => Some(transition),
            _ => None,
        });
        if let Some(transition) = untold {
            transition.suppressed_by = held_by;
        }
    }

    fn suppression(&self, name: &str) -> Option<(&str, &Suppression)> {
        match &self.entry(name).kind {
            Kind::Composite(compound) => compound.suppressor.as_ref().map(|(alarm, state)| (alarm.as_str(), state)),
            Kind::Metric(_) => None,
        }
    }

    fn suppression_mut(&mut self, name: &str) -> Option<&mut Suppression> {
        match &mut self.entry_mut(name).kind {
            Kind::Composite(compound) => compound.suppressor.as_mut().map(|(_, suppression)| suppression),
            Kind::Metric(_) => None,
        }
    }
}
