//! Which objects a feed claims: `s3://bucket/key` with globs.

mod glob;
mod overlap;
#[cfg(test)]
mod tests;

use crate::Location;

pub(crate) use glob::CompiledGlob;
pub use overlap::{Example, overlap};

/// The longest name of a bucket, in bytes.
const MAX_BUCKET: usize = 63;
/// The longest glob of buckets, in bytes: a list in braces may name several.
const MAX_BUCKET_GLOB: usize = 255;
/// The longest key of an object, and the longest glob of keys, in bytes.
pub(crate) const MAX_KEY: usize = 1_024;

impl Location {
    /// Reads `s3://bucket/key`. A location that names only a bucket, or ends in `/`, claims everything below it.
    ///
    /// # Errors
    /// One sentence on what is wrong: another scheme, no bucket, a glob that cannot be read or is too long, too deep or
    /// too large once compiled, or one that no object can match. What is read compiles, and matches without a panic.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > "s3:///".len() + MAX_BUCKET_GLOB + MAX_KEY {
            let start: String = text.chars().take(40).collect();
            return Err(format!("`{}…` is longer than any location", start.escape_debug()));
        }
        let shown = text.escape_debug();
        let rest = text.strip_prefix("s3://").ok_or_else(|| format!("`{shown}` does not begin with s3://"))?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(format!("`{shown}` names no bucket"));
        }
        if key.contains("{model}") || bucket.contains("{model}") {
            return Err(format!(
                "`{shown}` has the placeholder {{model}}, which stands for nothing here; write the folder or *"
            ));
        }
        let key = if key.is_empty() || key.ends_with('/') { format!("{key}**") } else { key.to_owned() };
        let location = Self { bucket: bucket.to_owned(), key };
        LocationMatcher::new(&location).map_err(|error| format!("`{shown}` {error}"))?;
        for (pattern, names, what) in [
            (&location.bucket, &overlap::Names::BUCKETS, "no bucket can have such a name"),
            (&location.key, &overlap::Names::KEYS, "no object can have such a key"),
        ] {
            if !overlap::is_satisfiable(pattern, names) {
                return Err(format!("`{shown}` claims nothing: {what}"));
            }
        }
        Ok(location)
    }

    /// Whether the location claims the object. Compiles the globs: to ask often, use a [`crate::Catalog`].
    #[must_use]
    pub fn matches(&self, bucket: &str, key: &str) -> bool {
        LocationMatcher::new(self).is_ok_and(|matcher| matcher.is_match(bucket, key))
    }

    /// Whether the location may claim objects of the bucket.
    #[must_use]
    pub fn may_match_bucket(&self, bucket: &str) -> bool {
        CompiledGlob::new(&self.bucket, false, MAX_BUCKET_GLOB).is_ok_and(|glob| glob.is_match(bucket))
    }
}

/// A location whose globs are compiled.
#[derive(Debug, Clone)]
pub(crate) struct LocationMatcher {
    bucket: CompiledGlob,
    key: CompiledGlob,
}

impl LocationMatcher {
    /// Compiles the globs of a location.
    ///
    /// # Errors
    /// What is wrong, to be put after the location's text.
    pub(crate) fn new(location: &Location) -> Result<Self, String> {
        let bucket = CompiledGlob::new(&location.bucket, false, MAX_BUCKET_GLOB)?;
        Ok(Self { bucket, key: CompiledGlob::new(&location.key, false, MAX_KEY)? })
    }

    pub(crate) fn is_match(&self, bucket: &str, key: &str) -> bool {
        self.bucket.is_match(bucket) && self.key.is_match(key)
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}
