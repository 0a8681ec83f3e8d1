//! Which key a file gets in the inbox, so that the contract that is meant claims it.

use std::path::Path;

use atalaya_contract::{Catalog, Feed};

use atalaya_terminal::exit::Failure;

/// The feeds of contracts that are in force.
pub(crate) struct Feeds<'a, T>(pub(crate) &'a Catalog<T>);

/// What the command line says about the place.
pub(crate) struct Wish<'a> {
    /// `--dataset`.
    pub(crate) dataset: Option<&'a str>,
    /// `--key`.
    pub(crate) key: Option<&'a str>,
}

/// Where a file goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    /// Its key in the inbox.
    pub(crate) key: String,
    /// The feed that claims it.
    pub(crate) dataset: String,
}

impl<T> Feeds<'_, T> {
    fn all(&self) -> impl Iterator<Item = &Feed> {
        self.0.entries().flat_map(|(_, contract)| &contract.feeds)
    }

    /// The place of the file at `path` in `inbox`.
    ///
    /// # Errors
    /// No contract claims it, or several could; with what to type instead.
    pub(crate) fn destination(&self, inbox: &str, path: &Path, wish: &Wish<'_>) -> Result<Destination, Failure> {
        if self.all().next().is_none() {
            return Err(Failure::usage("no contract is published, so no file can be routed")
                .hint("publish one first: atalaya contract publish FILE"));
        }
        let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else {
            return Err(Failure::usage(format!("{} has no file name", path.display())));
        };
        if let Some(key) = wish.key {
            return self.claimed(inbox, key.to_owned());
        }
        if let Some(dataset) = wish.dataset {
            return self.in_dataset(inbox, dataset, &name);
        }
        let fitting: Vec<_> = self.all().filter_map(|feed| Some((feed, fitting_key(feed, inbox, &name)?))).collect();
        match fitting.as_slice() {
            [(_, key)] => self.claimed(inbox, key.clone()),
            [] => Err(Failure::usage(format!("no contract's location fits a file called {name}"))
                .hint(format!("name its dataset with --dataset: {}", self.datasets()))),
            _ => {
                let names: Vec<_> = fitting.iter().map(|(feed, _)| feed.dataset.as_str()).collect();
                Err(Failure::usage(format!("{name} could belong to several datasets"))
                    .hint(format!("name one with --dataset: {}", names.join(", "))))
            }
        }
    }

    fn in_dataset(&self, inbox: &str, dataset: &str, name: &str) -> Result<Destination, Failure> {
        let feeds: Vec<_> = self.all().filter(|feed| feed.dataset == dataset).collect();
        if feeds.is_empty() {
            return Err(Failure::usage(format!("no published contract has a dataset `{dataset}`"))
                .hint(format!("there is {}", self.datasets())));
        }
        if let Some(key) = feeds.iter().find_map(|feed| fitting_key(feed, inbox, name)) {
            return self.claimed(inbox, key);
        }
        let places = feeds.iter().map(|feed| format!("s3://{}/{}", feed.location.bucket, feed.location.key));
        let places = places.collect::<Vec<_>>().join(", ");
        Err(Failure::usage(format!("{name} does not fit where {dataset} expects its files: {places}"))
            .hint("give the file a fitting name, or the whole key with --key"))
    }

    /// The key, once it is sure that exactly one feed claims it.
    fn claimed(&self, inbox: &str, key: String) -> Result<Destination, Failure> {
        match self.0.route(inbox, &key) {
            Ok(routed) => Ok(Destination { dataset: routed.feed.dataset.clone(), key }),
            Err(unrouted) => Err(Failure::usage(format!("s3://{inbox}/{key} would not be processed: {unrouted}"))
                .hint(format!("send it to a dataset with --dataset: {}", self.datasets()))),
        }
    }

    fn datasets(&self) -> String {
        let mut names: Vec<_> = self.all().map(|feed| feed.dataset.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.join(", ")
    }
}

/// The feed's folder with the file's name, if its location claims that.
fn fitting_key(feed: &Feed, inbox: &str, name: &str) -> Option<String> {
    let key = format!("{}{name}", folder(&feed.location.key));
    feed.location.matches(inbox, &key).then_some(key)
}

/// What of a glob comes before its first wildcard, up to the last slash.
fn folder(glob: &str) -> &str {
    let literal = glob.find(['*', '?', '[', '{']).map_or(glob, |at| &glob[..at]);
    literal.rfind('/').map_or("", |at| &literal[..=at])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const INBOX: &str = "atalaya-inbox-000000000000-us-east-1";

    /// The demo's contracts: the same that the demo routes by.
    fn catalog() -> Catalog<()> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/contracts");
        let paths = std::fs::read_dir(folder).expect("the demo has contracts");
        let texts = paths.map(|entry| std::fs::read_to_string(entry.expect("listed").path()).expect("is text"));
        Catalog::new(texts.map(|text| ((), Arc::new(atalaya_contract::parse(&text).expect("is valid")))).collect())
    }

    fn to(path: &str, wish: &Wish<'_>) -> Result<Destination, Failure> {
        Feeds(&catalog()).destination(INBOX, Path::new(path), wish)
    }

    fn refused(result: Result<Destination, Failure>) -> (String, String) {
        let Err(Failure::Told(told)) = result else { panic!("{result:?} must be refused") };
        (told.message().to_owned(), told.advice().unwrap_or_default().to_owned())
    }

    #[test]
    fn the_dataset_gives_the_folder_and_the_file_its_name() {
        let wish = Wish { dataset: Some("prices"), key: None };
        let destination = to("some/where/june.csv", &wish).expect("fits");
        let expected = Destination { key: "acme/prices/june.csv".to_owned(), dataset: "prices".to_owned() };
        assert_eq!(destination, expected);
    }

    #[test]
    fn a_key_that_no_contract_claims_is_refused_before_anything_is_sent() {
        let wish = Wish { dataset: None, key: Some("fligths/2013.csv") };
        let (message, hint) = refused(to("2013.csv", &wish));
        assert!(message.contains("fligths/2013.csv would not be processed"), "{message}");
        assert!(hint.contains("flights"), "{hint}");
    }

    #[test]
    fn what_fits_several_datasets_or_none_asks_for_the_dataset() {
        let open = Wish { dataset: None, key: None };
        let (message, hint) = refused(to("2013.csv", &open));
        assert!(message.contains("several datasets") && hint.contains("--dataset"), "{message} {hint}");
        let (message, _) = refused(to("2013.xlsx", &open));
        assert!(message.contains("no contract's location fits"), "{message}");
        let wish = Wish { dataset: Some("flight"), key: None };
        let (message, hint) = refused(to("2013.csv", &wish));
        assert!(message.contains("no published contract") && hint.contains("flights"), "{message} {hint}");
        let wish = Wish { dataset: Some("flights"), key: None };
        let (message, _) = refused(to("2013.xlsx", &wish));
        assert!(message.contains("does not fit"), "{message}");
    }

    #[test]
    fn the_folder_of_a_glob_ends_before_its_first_wildcard() {
        let globs = ["flights/*.csv", "a/b/**/*.csv", "*.csv", "a/2013-*.csv", "{a,b}/x", "a/b.csv"];
        assert_eq!(globs.map(folder), ["flights/", "a/b/", "", "a/", "", "a/"]);
    }
}
