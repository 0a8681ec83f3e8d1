//! What a deployment consists of, by the roles that its names are made of: `STACK-ROLE`.

/// The functions, in the order of a file's way.
pub const FUNCTIONS: [&str; 5] = ["intake", "process", "notify", "page", "canary"];
