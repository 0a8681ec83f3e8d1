//! Where a page is written: the stack, and the region whose console it links to.

use atalaya_cloud::lambda::{Invocation, SnsMessage};

use crate::{console::Console, message::Alarm};

/// End of this function's name; the stack's name stands before it.
const FUNCTION: &str = "-page";

/// Where a page is written.
pub(crate) struct Setting {
    /// The stack of the pipeline, with whose name its functions, queues and alarms begin.
    pub(crate) stack: String,
    /// The console; `None` when nothing in the message says a region.
    pub(crate) console: Option<Console>,
}

impl Setting {
    pub(crate) fn new(invocation: &Invocation, sns: &SnsMessage, alarm: &Alarm) -> Self {
        let function = invocation.function.as_str();
        Self {
            stack: function.strip_suffix(FUNCTION).unwrap_or(function).to_owned(),
            console: alarm.arn.as_deref().and_then(Console::of_arn).or_else(|| Console::of_arn(&sns.topic_arn)),
        }
    }

    /// An alarm's name without the stack's.
    pub(crate) fn short_name<'a>(&self, name: &'a str) -> &'a str {
        let rest = name.strip_prefix(&self.stack).and_then(|rest| rest.strip_prefix('-'));
        rest.filter(|rest| !rest.is_empty()).unwrap_or(name)
    }
}
