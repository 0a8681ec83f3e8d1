//! Which objects a feed claims: `s3://bucket/key` with globs.

use globset::{Glob, GlobBuilder, GlobMatcher};

use crate::Location;

impl Location {
    /// Reads `s3://bucket/key`. A location that names only a bucket, or ends in `/`, claims everything below it.
    ///
    /// # Errors
    /// One sentence on what is wrong: another scheme, no bucket, or a glob that cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("s3://").ok_or_else(|| format!("`{text}` does not begin with s3://"))?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(format!("`{text}` names no bucket"));
        }
        if key.contains("{model}") || bucket.contains("{model}") {
            return Err(format!(
                "`{text}` has the placeholder {{model}}, which stands for nothing here; write the folder or *"
            ));
        }
        let key = if key.is_empty() || key.ends_with('/') { format!("{key}**") } else { key.to_owned() };
        let location = Self { bucket: bucket.to_owned(), key };
        for part in [&location.bucket, &location.key] {
            glob(part, false).map_err(|error| format!("`{text}` is no glob: {}", error.kind()))?;
        }
        Ok(location)
    }

    /// Whether the location claims the object. Compiles the globs: to ask often, use a [`crate::Catalog`].
    #[must_use]
    pub fn matches(&self, bucket: &str, key: &str) -> bool {
        matches(&self.bucket, bucket) && matches(&self.key, key)
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

/// `*` stays within a path segment, `**` does not.
pub(crate) fn glob(pattern: &str, ignore_case: bool) -> Result<Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).case_insensitive(ignore_case).build()
}

/// The matcher of a glob that was read before.
pub(crate) fn matcher(pattern: &str) -> Option<GlobMatcher> {
    glob(pattern, false).ok().map(|glob| glob.compile_matcher())
}

fn matches(pattern: &str, text: &str) -> bool {
    matcher(pattern).is_some_and(|matcher| matcher.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_keep_to_their_segment() {
        let location = Location::parse("s3://inbox-*/flights/*.csv").expect("reads");
        assert!(location.matches("inbox-1-eu", "flights/2013.csv"));
        for (bucket, key) in [
            ("outbox", "flights/a.csv"),
            ("inbox-1", "flights/x/a.csv"),
            ("inbox-1", "flights/a.txt"),
            ("inbox-1", "a.csv"),
        ] {
            assert!(!location.matches(bucket, key), "{bucket}/{key}");
        }
        assert!(Location::parse("s3://b/**/*.csv{,.gz}").expect("reads").matches("b", "x/y/a.csv.gz"));
    }

    #[test]
    fn a_bucket_or_folder_claims_everything_below() {
        for text in ["s3://b", "s3://b/", "s3://b/in/"] {
            let location = Location::parse(text).expect(text);
            assert!(location.matches("b", "in/deep/a b.csv"), "{text}");
        }
        assert!(!Location::parse("s3://b/in/").expect("reads").matches("b", "out/a.csv"));
    }

    #[test]
    fn a_wrong_location_is_told() {
        for (text, part) in [
            ("https://b/x", "s3://"),
            ("s3:///x", "no bucket"),
            ("s3://b/[a", "no glob"),
            ("s3://b/{model}/*", "{model}"),
        ] {
            assert!(Location::parse(text).expect_err(text).contains(part), "{text}");
        }
    }
}
