//! What a drill is: data, and the few steps that no data can say.

use atalaya_runbook::Placeholder;

use crate::{DrillError, Setting, World};

/// Often enough that each of CloudWatch's minutes has one.
const EACH_MINUTE: u32 = 50;

/// A step of a drill.
pub type Step = fn(&World) -> Result<(), DrillError>;

/// One fault, the alarm that must see it, and the runbook that must end it.
#[derive(Debug, Clone, Copy)]
pub struct Drill {
    /// The alarm without the stack's name and without its instance: also the runbook's name.
    pub alarm: &'static str,
    /// The alarm's instance in a family: a function, a feed.
    pub instance: Option<&'static str>,
    /// The cause, as the runbook's `when=` names it.
    pub cause: &'static str,
    /// What is done to the pipeline, in a few words.
    pub fault: &'static str,
    /// What an operator knows besides: what stands for a placeholder that no page can name.
    pub(crate) known: &'static [(Placeholder, &'static str)],
    /// The world that it needs.
    pub setting: Setting,
    /// What has to be so before the fault.
    pub(crate) prepare: Step,
    /// The fault.
    pub(crate) inject: Step,
    /// What goes on all the time.
    pub(crate) meanwhile: Step,
    /// How often, in CloudWatch's seconds.
    pub(crate) every: u32,
    /// Ends the cause where no operator can: AWS's own outage. It runs between diagnosis and mitigation.
    pub(crate) ends: Option<Step>,
    /// What has to hold afterwards besides what holds after every drill; each sentence is a fault that was found.
    pub(crate) check: fn(&World) -> Result<Vec<String>, DrillError>,
}

impl Drill {
    /// A drill in the usual world, while a good file is sent in each minute.
    pub(crate) const fn new(alarm: &'static str, cause: &'static str, fault: &'static str, inject: Step) -> Self {
        Self {
            alarm,
            instance: None,
            cause,
            fault,
            known: &[],
            setting: Setting::Usual,
            prepare: |_| Ok(()),
            inject,
            meanwhile: |world| world.send_good().map(|_| ()),
            every: EACH_MINUTE,
            ends: None,
            check: |_| Ok(Vec::new()),
        }
    }

    /// For this instance of the alarm's family.
    pub(crate) const fn of(mut self, instance: &'static str) -> Self {
        self.instance = Some(instance);
        self
    }

    /// For an operator who knows this besides what the page says, from asking the sender.
    pub(crate) const fn knowing(mut self, known: &'static [(Placeholder, &'static str)]) -> Self {
        self.known = known;
        self
    }

    /// In a world of this kind.
    pub(crate) const fn within(mut self, setting: Setting) -> Self {
        self.setting = setting;
        self
    }

    /// After this has been prepared.
    pub(crate) const fn prepared_by(mut self, step: Step) -> Self {
        self.prepare = step;
        self
    }

    /// While what goes on happens so often, in CloudWatch's seconds.
    pub(crate) const fn every(mut self, seconds: u32) -> Self {
        self.every = seconds;
        self
    }

    /// While this happens in each of CloudWatch's minutes instead of a good file.
    pub(crate) const fn meanwhile(mut self, step: Step) -> Self {
        self.meanwhile = step;
        self
    }

    /// With a cause that ends by itself, by this.
    pub(crate) const fn ended_by(mut self, step: Step) -> Self {
        self.ends = Some(step);
        self
    }

    /// With this looked at afterwards.
    pub(crate) const fn checked_by(mut self, check: fn(&World) -> Result<Vec<String>, DrillError>) -> Self {
        self.check = check;
        self
    }

    /// `FilesFailed/bad-release`: alarm and cause.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.alarm, self.cause)
    }

    /// The alarm's whole name, such as `atalaya-RejectRate-readings`.
    #[must_use]
    pub fn alarm_name(&self) -> String {
        let instance = self.instance.map(|instance| format!("-{instance}")).unwrap_or_default();
        format!("{}-{}{instance}", atalaya_local::STACK, self.alarm)
    }
}
