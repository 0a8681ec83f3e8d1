//! Which key a file gets in the inbox, so that the contract that is meant claims it.

use std::path::Path;
use std::sync::Arc;

use atalaya_cloud::objects::{ListObjects as _, ReadObjects as _};
use atalaya_contract::{Catalog, Contract, Feed};

use crate::connect::{self, Stack};
use crate::exit::Failure;
use crate::output::Output;

/// The feeds of the published contracts.
pub(crate) struct Feeds {
    contracts: Vec<Arc<Contract>>,
    catalog: Catalog<()>,
}

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

impl Feeds {
    /// Reads the contracts bucket. A contract that cannot be read is told and passed over, as the intake does.
    pub(crate) async fn published(stack: &Stack, output: &Output) -> Result<Self, Failure> {
        let bucket = &stack.buckets.contracts;
        let mut contracts = Vec::new();
        for object in stack.objects.list(bucket, "").await.map_err(connect::cloud)? {
            let (_, body) = stack.objects.get(bucket, &object.key, None).await.map_err(connect::cloud)?;
            let bytes = body.collect().await.map_err(connect::cloud)?;
            match atalaya_contract::parse(&String::from_utf8_lossy(&bytes)) {
                Ok(contract) => contracts.push(contract),
                Err(_) => output.note(format!("s3://{bucket}/{} is no valid contract and is passed over", object.key)),
            }
        }
        Ok(Self::new(contracts))
    }

    /// The feeds of these contracts.
    pub(crate) fn new(contracts: Vec<Contract>) -> Self {
        let contracts: Vec<_> = contracts.into_iter().map(Arc::new).collect();
        let catalog = Catalog::new(contracts.iter().map(|contract| ((), Arc::clone(contract))).collect());
        Self { contracts, catalog }
    }

    fn all(&self) -> impl Iterator<Item = &Feed> {
        self.contracts.iter().flat_map(|contract| &contract.feeds)
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
        match self.catalog.route(inbox, &key) {
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
    use super::*;

    const INBOX: &str = "atalaya-inbox-000000000000-us-east-1";

    /// The demo's contracts: the same that the demo routes by.
    fn feeds() -> Feeds {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/contracts");
        let paths = std::fs::read_dir(folder).expect("the demo has contracts");
        let texts = paths.map(|entry| std::fs::read_to_string(entry.expect("listed").path()).expect("is text"));
        Feeds::new(texts.map(|text| atalaya_contract::parse(&text).expect("is valid")).collect())
    }

    fn refused(result: Result<Destination, Failure>) -> (String, String) {
        let Err(Failure::Told(told)) = result else { panic!("{result:?} must be refused") };
        (told.message().to_owned(), told.advice().unwrap_or_default().to_owned())
    }

    #[test]
    fn the_dataset_gives_the_folder_and_the_file_its_name() {
        let wish = Wish { dataset: Some("prices"), key: None };
        let destination = feeds().destination(INBOX, Path::new("some/where/june.csv"), &wish).expect("fits");
        let expected = Destination { key: "acme/prices/june.csv".to_owned(), dataset: "prices".to_owned() };
        assert_eq!(destination, expected);
    }

    #[test]
    fn a_key_that_no_contract_claims_is_refused_before_anything_is_sent() {
        let wish = Wish { dataset: None, key: Some("fligths/2013.csv") };
        let (message, hint) = refused(feeds().destination(INBOX, Path::new("2013.csv"), &wish));
        assert!(message.contains("fligths/2013.csv would not be processed"), "{message}");
        assert!(hint.contains("flights"), "{hint}");
    }

    #[test]
    fn what_fits_several_datasets_or_none_asks_for_the_dataset() {
        let open = Wish { dataset: None, key: None };
        let (message, hint) = refused(feeds().destination(INBOX, Path::new("2013.csv"), &open));
        assert!(message.contains("several datasets") && hint.contains("--dataset"), "{message} {hint}");
        let (message, _) = refused(feeds().destination(INBOX, Path::new("2013.xlsx"), &open));
        assert!(message.contains("no contract's location fits"), "{message}");
        let wish = Wish { dataset: Some("flight"), key: None };
        let (message, hint) = refused(feeds().destination(INBOX, Path::new("2013.csv"), &wish));
        assert!(message.contains("no published contract") && hint.contains("flights"), "{message} {hint}");
        let wish = Wish { dataset: Some("flights"), key: None };
        let (message, _) = refused(feeds().destination(INBOX, Path::new("2013.xlsx"), &wish));
        assert!(message.contains("does not fit"), "{message}");
    }

    #[test]
    fn the_folder_of_a_glob_ends_before_its_first_wildcard() {
        let globs = ["flights/*.csv", "a/b/**/*.csv", "*.csv", "a/2013-*.csv", "{a,b}/x", "a/b.csv"];
        assert_eq!(globs.map(folder), ["flights/", "a/b/", "", "a/", "", "a/"]);
    }
}
