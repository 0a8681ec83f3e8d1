//! The process's logger.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

use crate::Output;
use crate::TimeSource;
use crate::log_lines::JsonLines;

/// Environment variable with the log level.
pub const LEVEL_VARIABLE: &str = "ATALAYA_LOG";

/// The level when the variable is not set.
pub const DEFAULT_LEVEL: &str = "info";

/// Installs the logger of the process, unless there is one.
pub(crate) fn install(output: &Output, time: &TimeSource) {
    let wanted = std::env::var(LEVEL_VARIABLE).unwrap_or_else(|_| DEFAULT_LEVEL.to_owned());
    let (targets, complaint) = match targets(&wanted) {
        Ok(targets) => (targets, None),
        Err(complaint) => (atalaya_at(LevelFilter::INFO), Some(complaint)),
    };
    let lines = JsonLines::new(output.clone(), time.clone()).with_filter(targets);
    let installed = tracing_subscriber::registry().with(lines).try_init().is_ok();
    if let Some(complaint) = complaint.filter(|_| installed) {
        tracing::warn!("{complaint}; logging at {DEFAULT_LEVEL}");
    }
}

/// What a value of the variable lets through. A level (`error`, `warn`, `info`, `debug`, `trace`, `off`) holds for
/// Atalaya's own crates, and the libraries below log from `warn` on: on `trace` the AWS SDK and the Lambda runtime
/// log whole requests, and with them cells of files. A list of `target=level` pairs is taken as it is.
fn targets(wanted: &str) -> Result<Targets, String> {
    let wanted = wanted.trim();
    if let Ok(level) = wanted.parse::<LevelFilter>() {
        return Ok(atalaya_at(level));
    }
    let problem = |reason: String| {
        format!(
            "{LEVEL_VARIABLE} is `{wanted}`, which is neither a level (error, warn, info, debug, trace, off) nor a list of target=level pairs{reason}"
        )
    };
    if !wanted.contains('=') {
        return Err(problem(String::new()));
    }
    wanted.parse().map_err(|error| problem(format!(" ({error})")))
}

/// Atalaya's crates at `level`, everything else from `warn` on and never beyond `level`.
fn atalaya_at(level: LevelFilter) -> Targets {
    Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("atalaya", level)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn a_level_holds_for_atalaya_only() {
        let targets = targets("debug").expect("a level");
        assert!(targets.would_enable("atalaya_process", &Level::DEBUG));
        assert!(!targets.would_enable("atalaya_process", &Level::TRACE));
        assert!(!targets.would_enable("aws_sdk_s3", &Level::INFO));
        assert!(targets.would_enable("aws_sdk_s3", &Level::WARN));
    }

    #[test]
    fn off_and_error_hold_for_the_libraries_too() {
        assert!(!targets("off").expect("a level").would_enable("hyper", &Level::ERROR));
        assert!(!targets("error").expect("a level").would_enable("hyper", &Level::WARN));
    }

    #[test]
    fn pairs_are_taken_as_they_are() {
        let targets = targets("info,hyper=debug").expect("pairs");
        assert!(targets.would_enable("hyper", &Level::DEBUG));
        assert!(targets.would_enable("aws_config", &Level::INFO));
    }

    #[test]
    fn a_misspelt_level_is_named() {
        let complaint = targets("inof").expect_err("no level");
        assert!(complaint.contains("ATALAYA_LOG is `inof`"), "{complaint}");
        assert!(targets("hyper=loud").is_err());
    }
}
