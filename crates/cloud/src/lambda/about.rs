//! What a function says of itself, to whoever asks which release is deployed: `{"atalaya":"about"}`.

use serde::Serialize;
use serde_json::{Value, json};

/// Environment variable by which the template says which version of it is deployed.
pub const TEMPLATE_VERSION: &str = "ATALAYA_TEMPLATE_VERSION";

/// A function's release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct About {
    /// Name of the function.
    pub function: String,
    /// Version of the program.
    pub version: &'static str,
    /// Version of the template that it was deployed by; `null` where the template does not tell.
    pub template_version: Option<String>,
}

impl About {
    /// The question, as the payload of an invocation.
    #[must_use]
    pub fn question() -> Value {
        json!({"atalaya": "about"})
    }

    /// What the function of this name, in this process, says of itself.
    pub(super) fn here(function: &str) -> Self {
        Self {
            function: function.to_owned(),
            version: env!("CARGO_PKG_VERSION"),
            template_version: std::env::var(TEMPLATE_VERSION).ok().filter(|version| !version.is_empty()),
        }
    }
}

/// What an invocation is answered with.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Answer<R> {
    /// The handler's answer.
    Handled(R),
    /// The answer to the question which release this is; the handler is not asked.
    About(About),
}
