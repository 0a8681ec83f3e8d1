//! Circles of modules that stand, each with the reason. The list only gets shorter.

/// Modules that may reach each other.
pub(super) struct Known {
    /// The package, without `atalaya-`.
    pub(super) package: &'static str,
    /// The module that they lie in: `""` for the crate's root.
    pub(super) parent: &'static str,
    pub(super) members: &'static [&'static str],
    /// Why it stands yet.
    pub(super) reason: &'static str,
}

/// Types that contain each other: a recursive grammar or value, cut into files by what they do.
const RECURSIVE: &str = "its types contain each other, as what they model does";
/// To be broken.
const OPEN: &str = "not broken yet";

pub(super) const KNOWN: &[Known] = &[
    known("cli", "", &["demo", "local"], OPEN),
    known(
        "cloudwatch-api",
        "",
        &[
            "alarm_filter",
            "alarms",
            "dashboards",
            "data",
            "history",
            "image",
            "lib",
            "metric_data",
            "metrics",
            "statistics",
        ],
        OPEN,
    ),
    known("cloudwatch-dashboard", "", &["alarm", "log", "metric", "show", "view", "widget"], OPEN),
    known("cloudwatch-dashboard", "", &["body", "variable"], OPEN),
    known("cloudwatch-drawing", "", &["arrange", "frame", "graph", "lib", "numbers", "page", "sparkline"], OPEN),
    known("cloudwatch-drawing", "alarms", &["card", "plan"], OPEN),
    known("cloudwatch-insights", "", &["function", "node"], RECURSIVE),
    known("cloudwatch-insights", "plan", &["call", "expression"], RECURSIVE),
    known("cloudwatch-insights", "run", &["groups", "rows"], OPEN),
    known("cloudwatch", "query", &["answer", "evaluation", "label", "program"], OPEN),
    known("cloudwatch-template", "", &["document", "loops", "resolver", "serverless"], OPEN),
    known("contract", "ecma", &["class", "escape"], RECURSIVE),
    known("contract", "standard", &["context", "fields", "logical_type", "quality", "schema", "servers"], OPEN),
    known(
        "drill",
        "",
        &["block", "check", "desk", "drill", "fault", "page", "report", "run", "schedule", "wait", "watch", "world"],
        OPEN,
    ),
    known("engine", "", &["check", "column", "keys", "parquet", "plan", "quality"], OPEN),
    known(
        "local",
        "",
        &[
            "cache",
            "cloudwatch",
            "command",
            "error",
            "functions",
            "http",
            "notice",
            "outputs",
            "run_folder",
            "run_log",
            "server",
            "stack",
            "tools",
        ],
        OPEN,
    ),
    known(
        "local",
        "console",
        &["alarm_context", "alarm_graph", "alarms", "app", "changes", "files", "notices", "status"],
        OPEN,
    ),
    known("notify", "", &["recovered", "words"], OPEN),
    known("process", "", &["concluding", "judging", "lib"], OPEN),
];

const fn known(
    package: &'static str,
    parent: &'static str,
    members: &'static [&'static str],
    reason: &'static str,
) -> Known {
    Known { package, parent, members, reason }
}
