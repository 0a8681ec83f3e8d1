//! The contracts and what comes by them: canary files, pauses.

use atalaya_cloud::contracts::contract_key;
use atalaya_cloud::ledger::{BrowseFiles as _, FileQuery, Pause, Pauses as _};
use atalaya_cloud::{ContractStore, Contracts, FileRecord};
use atalaya_contract::{CANARY_DATASET, Catalog, Contract, ContractRef, FileState, inert};
use jiff::{SignedDuration, Timestamp};

use super::check::{Check, Group};
use super::deployed::Deployed;
use crate::connect::{self, Stack};
use atalaya_terminal::human;

/// After so long without a canary file that arrived, something is wrong: three of the slowest schedule that the alarm
/// allows.
const CANARY_OVERDUE: SignedDuration = SignedDuration::from_mins(30);
/// Canary files that are looked at.
const CANARIES: usize = 10;

/// Looks at all of it.
pub(super) async fn look(stack: &Stack, deployed: &Deployed, now: Timestamp) -> Vec<Check> {
    let store = ContractStore::new(stack.objects.clone(), stack.names.bucket("contracts"));
    let canaries = FileQuery { state: None, dataset: Some(CANARY_DATASET.to_owned()), since: None, limit: CANARIES };
    let (contracts, canaries, pauses) =
        tokio::join!(store.refresh(), stack.ledger.list(&canaries), stack.ledger.pauses());
    let mut checks = match contracts {
        Ok(contracts) => contracts_checks(&contracts, &stack.names.bucket("inbox")),
        Err(error) => vec![Check::unanswered(Group::Feeds, "contracts", &connect::cloud(error))],
    };
    checks.push(match canaries {
        Ok(files) => canary_check(&files, deployed.value("CanaryState") == Some("DISABLED"), deployed.at, now),
        Err(error) => Check::unanswered(Group::Feeds, "canary", &connect::cloud(error)),
    });
    match pauses {
        Ok(pauses) => checks.extend(pauses.iter().map(|pause| pause_check(pause, now))),
        Err(error) => checks.push(Check::unanswered(Group::Feeds, "pauses", &connect::cloud(error))),
    }
    checks
}

fn contracts_checks(contracts: &Contracts, inbox: &str) -> Vec<Check> {
    let valid = contracts.catalog.entries().count() as u64;
    let mut checks = Vec::new();
    for invalid in &contracts.invalid {
        let first = invalid.violations.lines().next().unwrap_or_default();
        checks
            .push(Check::wrong(Group::Feeds, &invalid.key, format!("cannot be used: {first}")).advise(
                "fix it, `atalaya contract lint` it and publish it again; its files are unroutable until then",
            ));
    }
    for later in &contracts.overlapping {
        let advice = "narrow its location, or take it back: what both claim stays with the earlier one";
        checks.push(Check::wrong(Group::Feeds, &later.contract.key, later.reason.clone()).advise(advice));
    }
    for (reference, contract) in contracts.catalog.entries() {
        let idle: Vec<String> = contract
            .feeds
            .iter()
            .filter(|feed| !claims_in(reference, contract, feed, inbox))
            .map(|feed| format!("{} ({})", feed.dataset, feed.location))
            .collect();
        if reference.key != contract_key(&reference.id) {
            let says = format!("is stored under a file's name, not under its id {}", reference.id);
            let advice = format!(
                "publish it again and it moves: atalaya contract show {} > FILE, then atalaya contract publish FILE",
                reference.id
            );
            checks.push(Check::look(Group::Feeds, &reference.key, says).advise(advice));
        }
        if !idle.is_empty() {
            let says = format!("claims nothing in the inbox: {}", idle.join(", "));
            let advice = format!("its location must be in s3://{inbox}, or a pattern such as s3://*-inbox-*");
            checks.push(Check::look(Group::Feeds, &reference.key, says).advise(advice));
        }
        if contract.feeds.is_empty() {
            checks.push(Check::look(
                Group::Feeds,
                &reference.key,
                "has no feed at an S3 location, so it claims nothing",
            ));
        }
    }
    if checks.is_empty() {
        let says = match valid {
            0 => "there are none yet: `atalaya contract publish` adds a feed".to_owned(),
            count => format!("{}, all valid", human::counted(count, "contract")),
        };
        checks.push(Check::fine(Group::Feeds, "contracts", says));
    }
    checks
}

/// Whether a feed can claim anything in the inbox: a catalogue of this feed alone, whose key fits everything, is asked.
fn claims_in(reference: &ContractRef, contract: &Contract, feed: &atalaya_contract::Feed, inbox: &str) -> bool {
    let mut alone = feed.clone();
    alone.location.key = "**".to_owned();
    let contract = Contract { feeds: vec![alone], ..contract.clone() };
    Catalog::new(vec![(reference.clone(), std::sync::Arc::new(contract))]).route(inbox, "any").is_ok()
}

/// Whether canary files arrive; `since` is when the stack was deployed.
fn canary_check(files: &[FileRecord], off: bool, since: Option<Timestamp>, now: Timestamp) -> Check {
    let subject = "canary";
    if off {
        return Check::look(Group::Feeds, subject, "was deployed to be off: nothing proves the way");
    }
    let arrived = files.iter().find(|file| file.state == FileState::Available);
    let newest = arrived.map(|file| file.file.created_at);
    let late = |at: Timestamp| now.duration_since(at) > CANARY_OVERDUE;
    match (newest, since) {
        (Some(at), _) if !late(at) => {
            Check::fine(Group::Feeds, subject, format!("the last one arrived {}", human::ago(at, now)))
        }
        (None, Some(deployed)) if !late(deployed) => Check::fine(Group::Feeds, subject, "none yet: the stack is young"),
        (Some(at), _) => {
            Check::wrong(Group::Feeds, subject, format!("the last one that arrived was sent {}", human::ago(at, now)))
                .advise("atalaya runbook CanaryMissing")
        }
        (None, _) => {
            Check::wrong(Group::Feeds, subject, "none has ever arrived").advise("atalaya runbook CanaryMissing")
        }
    }
}

fn pause_check(pause: &Pause, now: Timestamp) -> Check {
    let (what, resume) = match &pause.dataset {
        Some(dataset) => (
            inert::name(dataset).to_string(),
            format!("atalaya resume --dataset {}", inert::shell_word(dataset).unwrap_or_default()),
        ),
        None => ("all feeds".to_owned(), "atalaya resume".to_owned()),
    };
    let why = pause.reason.as_deref().map(|reason| format!(": {}", inert::text(reason))).unwrap_or_default();
    let says = format!("{what} paused {} by {}{why}", human::ago(pause.at, now), inert::name(&pause.by));
    Check::look(Group::Feeds, "pause", says).advise(format!("when it is over: {resume}"))
}

#[cfg(test)]
mod tests {
    use atalaya_cloud::testing;

    use super::super::check::Result;
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_780_000_000).expect("a time")
    }

    #[test]
    fn canaries_are_to_arrive() {
        let file = |state, minutes: i64| {
            let mut file = testing::received("canary", "canary/a.csv", 1_780_000_000);
            file.file.created_at = now() - SignedDuration::from_mins(minutes);
            file.state = state;
            file
        };
        let long_ago = Some(now() - SignedDuration::from_hours(9));
        for (files, off, since, result) in [
            (vec![file(FileState::Processing, 1), file(FileState::Available, 6)], false, long_ago, Result::Fine),
            (vec![file(FileState::Failed, 1), file(FileState::Available, 60)], false, long_ago, Result::Wrong),
            (vec![], false, long_ago, Result::Wrong),
            (vec![], false, Some(now()), Result::Fine),
            (vec![], true, long_ago, Result::Look),
        ] {
            let check = canary_check(&files, off, since, now());
            assert_eq!(check.result, result, "{check:?}");
        }
    }

    #[test]
    fn a_contract_for_another_bucket_claims_nothing() {
        let text = include_str!("../../demo/contracts/flights.odcs.yaml");
        let contract = atalaya_contract::parse(text).expect("it is valid");
        let reference = ContractRef {
            bucket: "c".to_owned(),
            key: contract_key(&contract.id),
            version_id: "1".to_owned(),
            id: contract.id.clone(),
            version: contract.version.clone(),
        };
        let catalog = Catalog::new(vec![(reference, std::sync::Arc::new(contract))]);
        let invalid = atalaya_cloud::InvalidContract {
            key: "bad.yaml".to_owned(),
            violations: "line 1: no\nline 2: x".to_owned(),
        };
        let contracts = Contracts {
            catalog: std::sync::Arc::new(catalog),
            invalid: vec![invalid],
            newly_invalid: Vec::new(),
            overlapping: Vec::new(),
            newly_overlapping: Vec::new(),
            overlaps_are_partial: false,
        };
        let told = |inbox: &str| -> Vec<_> {
            contracts_checks(&contracts, inbox).into_iter().map(|check| (check.result, check.says)).collect()
        };
        assert_eq!(told("atalaya-inbox-1-eu"), [(Result::Wrong, "cannot be used: line 1: no".to_owned())]);
        let elsewhere = told("elsewhere");
        assert_eq!(elsewhere.len(), 2);
        assert!(elsewhere[1].1.starts_with("claims nothing in the inbox: flights (s3://"), "{elsewhere:?}");
    }

    #[test]
    fn a_contract_that_is_stored_under_a_file_s_name_is_one_to_move() {
        let text = include_str!("../../demo/contracts/flights.odcs.yaml");
        let contract = atalaya_contract::parse(text).expect("it is valid");
        let reference = ContractRef {
            bucket: "c".to_owned(),
            key: "my flights.yaml".to_owned(),
            version_id: "1".to_owned(),
            id: contract.id.clone(),
            version: contract.version.clone(),
        };
        let catalog = Catalog::new(vec![(reference, std::sync::Arc::new(contract))]);
        let contracts = Contracts {
            catalog: std::sync::Arc::new(catalog),
            invalid: Vec::new(),
            newly_invalid: Vec::new(),
            overlapping: Vec::new(),
            newly_overlapping: Vec::new(),
            overlaps_are_partial: false,
        };
        let checks = contracts_checks(&contracts, "atalaya-inbox-1-eu");
        let [check] = checks.as_slice() else { panic!("{checks:?}") };
        assert_eq!(check.result, Result::Look);
        assert!(check.says.starts_with("is stored under a file's name"), "{check:?}");
        assert!(check.advice.as_ref().is_some_and(|advice| advice.contains("contract publish")), "{check:?}");
    }

    #[test]
    fn a_pause_names_who_and_how_to_end_it() {
        let pause = Pause { dataset: Some("orders".to_owned()), by: "ann".to_owned(), reason: None, at: now() };
        let check = pause_check(&pause, now());
        assert_eq!((check.result, check.says.as_str()), (Result::Look, "orders paused 0 s ago by ann"));
        assert_eq!(check.advice.as_deref(), Some("when it is over: atalaya resume --dataset orders"));
    }

    #[test]
    fn a_command_that_ends_a_pause_is_safe_to_copy() {
        let pause = Pause { dataset: Some("$(id) x".to_owned()), by: "a\nb".to_owned(), reason: None, at: now() };
        let check = pause_check(&pause, now());
        assert_eq!(check.advice.as_deref(), Some("when it is over: atalaya resume --dataset '$(id) x'"));
        assert_eq!(check.says, r#""$(id) x" paused 0 s ago by "a\nb""#);
    }
}
