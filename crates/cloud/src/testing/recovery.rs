//! What the ledger promises to operators: attempts, pauses, and the book of operations.

use atalaya_contract::{Counts, EventKind, FileState, Loaded, Outputs, Recovery, RecoveryKind};

use super::{at, contract_ref, received};
use crate::ledger::{
    Begun, Claimed, FileQuery, FileRecord, Finished, Ledger, Operation, Outcome, Pause, PauseSet, Recovered, Route,
    Standing,
};

/// A decision of `anna`, made at [`at`]`(seconds)`.
#[must_use]
pub fn decision(kind: RecoveryKind, seconds: i64) -> Recovery {
    let reason = Some("as agreed with the sender".to_owned());
    Recovery { kind, by: "anna@desk".to_owned(), reason, at: at(seconds), loaded: None }
}

/// What a file ends with in a state, with three rows of which one is rejected.
#[must_use]
pub fn ending(state: FileState, seconds: i64) -> Outcome {
    let rejects = Some("s3://rejects/x.jsonl".to_owned());
    Outcome {
        sha256: Some("ab".repeat(32)),
        rows: Some(Counts { read: 3, accepted: 2, rejected: 1 }),
        outputs: Some(Outputs { parquet: vec!["s3://curated/x.parquet".to_owned()], rejects }),
        warnings: vec!["a column is left out".to_owned()],
        ..Outcome::new(state, at(seconds))
    }
}

async fn ended(ledger: &impl Ledger, unique: &str, name: &str, outcome: &Outcome) -> FileRecord {
    let record = received(&format!("{unique}-recovery"), &format!("{unique}/recovery/{name}.csv"), 1);
    assert_eq!(ledger.claim(&record).await.expect("claim"), Claimed::New);
    ledger.begin(&record.file.file_id, 1, Some("arn:execution:first"), at(2)).await.expect("begin");
    let finished = ledger.finish(&record.file.file_id, 1, outcome).await.expect("finish");
    finished.record().clone()
}

/// A decision that the ledger takes.
pub(super) async fn begun(ledger: &impl Ledger, record: &FileRecord, decision: &Recovery) -> FileRecord {
    let recovered = ledger.recover(&record.file.file_id, &record.standing(), decision, None).await.expect("recover");
    let Recovered::Begun(next) = recovered else { panic!("{recovered:?}") };
    *next
}

pub(super) async fn recoveries(ledger: &impl Ledger, unique: &str) {
    let unknown = received(unique, &format!("{unique}/recovery/unknown.csv"), 1);
    let redrive = decision(RecoveryKind::Redrive, 10);
    let refused = ledger.recover(&unknown.file.file_id, &unknown.standing(), &redrive, None).await;
    assert!(refused.expect_err("an unknown file has no attempts").is_not_found());

    new_attempt(ledger, unique).await;
    once(ledger, unique).await;
    repeated_decision(ledger, unique).await;
    what_is_loaded(ledger, unique).await;
    discarded(ledger, unique).await;
    routed_anew(ledger, unique).await;
}

/// An unroutable file gets a dataset, a contract and an attempt, once.
async fn routed_anew(ledger: &impl Ledger, unique: &str) {
    let file = super::file(&format!("{unique}/recovery/rerouted.csv"), 1);
    let unroutable = FileRecord::unroutable(file, "no contract", "arn:execution:x", at(1));
    ledger.claim(&unroutable).await.expect("claim");
    let (id, from) = (&unroutable.file.file_id, unroutable.standing());
    let redrive = decision(RecoveryKind::Redrive, 10);
    let route = Route { dataset: format!("{unique}-rerouted"), contract: contract_ref("c2") };
    let Recovered::Begun(next) = ledger.reroute(id, &from, &redrive, &route).await.expect("reroute") else {
        panic!("nobody else touched it")
    };
    assert_eq!((next.state, next.attempt), (FileState::Received, 2));
    assert_eq!(
        (next.dataset.as_deref(), next.contract.as_ref()),
        (Some(route.dataset.as_str()), Some(&route.contract))
    );
    assert_eq!((next.reason.as_deref(), next.ended_at, &next.recovery), (None, None, &Some(redrive.clone())));
    assert_eq!(next.request().announcement, None, "there is something to process");
    assert_eq!(ledger.get(id).await.expect("read").as_ref(), Some(&*next));

    let again = ledger.reroute(id, &from, &decision(RecoveryKind::Redrive, 11), &route).await.expect("reroute");
    assert_eq!(again, Recovered::Changed(next.clone()), "it was begun before");
    let refused = ledger.reroute(id, &next.standing(), &redrive, &route).await.expect_err("it has a feed");
    assert!(refused.to_string().contains("only an unroutable file"), "{refused}");
    let listed = ledger.list(&FileQuery { state: None, dataset: Some(route.dataset), since: None, limit: 10 }).await;
    assert_eq!(listed.expect("listed").len(), 1, "it is found by its dataset");
}

/// A redrive leaves nothing of the earlier outcome but the story and the bytes' hash.
async fn new_attempt(ledger: &impl Ledger, unique: &str) {
    let failed = ended(ledger, unique, "new", &ending(FileState::Failed, 3)).await;
    let id = &failed.file.file_id;
    let contract = contract_ref("c2");
    let redrive = decision(RecoveryKind::Redrive, 10);
    let recovered = ledger.recover(id, &failed.standing(), &redrive, Some(&contract)).await.expect("recover");
    let Recovered::Begun(next) = recovered else { panic!("{recovered:?}") };
    assert_eq!(ledger.get(id).await.expect("read").as_ref(), Some(&*next));
    let fresh = FileRecord {
        attempt: 2,
        contract: Some(contract),
        execution_arn: Some(format!("arn:execution:{id}-2")),
        sha256: failed.sha256.clone(),
        recovery: Some(redrive),
        history: next.history.clone(),
        ..received(&format!("{unique}-recovery"), &format!("{unique}/recovery/new.csv"), 1)
    };
    assert_eq!(*next, fresh);
    assert_eq!(next.history[..3], failed.history[..]);
    let step = &next.history[3];
    assert_eq!((step.at, step.state, step.attempt), (at(10), FileState::Received, 2));
    assert_eq!(step.note.as_deref(), Some("redriven by anna@desk: as agreed with the sender"));
    let request = next.request();
    assert_eq!((request.attempt, request.recovery, request.announcement), (2, next.recovery.clone(), None));
    assert_eq!(next.execution_name(), format!("{id}-2"));

    // The old attempt can neither begin nor end any more; the new one can, and tells who asked for it.
    ledger.begin(id, 1, None, at(11)).await.expect_err("an old attempt does not begin");
    assert!(matches!(ledger.begin(id, 2, None, at(11)).await.expect("begin"), Begun::Started(_)));
    let stale = ledger.finish(id, 1, &ending(FileState::Failed, 12)).await.expect("finish");
    assert!(matches!(stale, Finished::Superseded(_)), "{stale:?}");
    let finished = ledger.finish(id, 2, &ending(FileState::Available, 13)).await.expect("finish");
    let told = finished.record().announcement().expect("an outcome is announced");
    assert_eq!(told.detail.event_id, format!("{id}.FileAvailable.2"));
    assert_eq!(told.detail.recovery, next.recovery);
}

/// Of two who decide about the same standing one begins; nobody decides about what is not so.
async fn once(ledger: &impl Ledger, unique: &str) {
    let failed = ended(ledger, unique, "once", &ending(FileState::Failed, 3)).await;
    let id = &failed.file.file_id;
    let redrive = decision(RecoveryKind::Redrive, 10);
    let next = begun(ledger, &failed, &redrive).await;
    let again = ledger.recover(id, &failed.standing(), &redrive, None).await.expect("recover");
    assert_eq!(again, Recovered::Changed(Box::new(next.clone())));
    let early = Standing { attempt: 3, ..failed.standing() };
    let early = ledger.recover(id, &early, &redrive, None).await.expect("recover");
    assert_eq!(early, Recovered::Changed(Box::new(next.clone())));
    let release = decision(RecoveryKind::Release, 11);
    let refused = ledger.recover(id, &next.standing(), &release, None).await.expect_err("it has begun");
    assert_eq!(refused.kind, crate::ErrorKind::Conflict);
    assert!(refused.to_string().contains("it is received: only a rejected file is released"), "{refused}");
    assert_eq!(ledger.get(id).await.expect("read"), Some(next.clone()));

    // Nobody works on the file any more: the attempt after it takes its place.
    let third = begun(ledger, &next, &decision(RecoveryKind::Redrive, 12)).await;
    assert_eq!((third.state, third.attempt), (FileState::Received, 3));
    let late = ledger.begin(id, 2, None, at(13)).await.expect_err("the abandoned attempt is out of date");
    assert_eq!(late.kind, crate::ErrorKind::Conflict);
}

/// A redrive repeats what the failed attempt was made for.
async fn repeated_decision(ledger: &impl Ledger, unique: &str) {
    let rejected = ended(ledger, unique, "repeated", &ending(FileState::Rejected, 3)).await;
    let id = &rejected.file.file_id;
    let release = decision(RecoveryKind::Release, 10);
    let released = begun(ledger, &rejected, &release).await;
    assert_eq!(released.recovery.as_ref(), Some(&release));
    let finished = ledger.finish(id, 2, &Outcome::new(FileState::Failed, at(11))).await.expect("finish");
    let redrive = Recovery { by: "ben@desk".to_owned(), ..decision(RecoveryKind::Redrive, 12) };
    let redriven = begun(ledger, finished.record(), &redrive).await;
    assert_eq!((redriven.attempt, redriven.recovery), (3, Some(release)));
    let note = redriven.history.last().and_then(|step| step.note.clone());
    assert_eq!(note.as_deref(), Some("redriven by ben@desk: as agreed with the sender"));
}

/// What readers can read goes along with every attempt, until one of them replaces it.
async fn what_is_loaded(ledger: &impl Ledger, unique: &str) {
    let outcome = ending(FileState::Available, 3);
    let available = ended(ledger, unique, "loaded", &outcome).await;
    let id = &available.file.file_id;
    let loaded = Loaded {
        attempt: 1,
        rows: outcome.rows.unwrap_or_default(),
        outputs: outcome.outputs.clone().unwrap_or_default(),
    };
    let replayed = begun(ledger, &available, &decision(RecoveryKind::ReplayRejects, 10)).await;
    assert_eq!(replayed.loaded(), Some(loaded.clone()));
    let failed = ledger.finish(id, 2, &Outcome::new(FileState::Failed, at(11))).await.expect("finish");
    let refused = ledger
        .recover(id, &failed.record().standing(), &decision(RecoveryKind::Discard, 12), None)
        .await
        .expect_err("readers can read it");
    assert!(refused.to_string().contains("can be read: redrive it"), "{refused}");
    let redriven = begun(ledger, failed.record(), &decision(RecoveryKind::Redrive, 12)).await;
    let recovery = redriven.recovery.as_ref().expect("a recovery");
    assert_eq!((recovery.kind, recovery.loaded.as_ref()), (RecoveryKind::ReplayRejects, Some(&loaded)));
    let finished = ledger.finish(id, 3, &ending(FileState::Available, 13)).await.expect("finish");
    assert_eq!(finished.record().loaded().map(|loaded| loaded.attempt), Some(3));
}

/// A discarded file has its last outcome at once, which keeps what was wrong and is only told.
async fn discarded(ledger: &impl Ledger, unique: &str) {
    let rejected = ended(ledger, unique, "discarded", &ending(FileState::Rejected, 3)).await;
    let discard = decision(RecoveryKind::Discard, 10);
    let discarded = begun(ledger, &rejected, &discard).await;
    assert_eq!((discarded.state, discarded.ended_at, discarded.attempt), (FileState::Discarded, Some(at(10)), 2));
    assert_eq!((discarded.rows, &discarded.outputs), (rejected.rows, &rejected.outputs));
    let told = discarded.request().announcement.expect("there is nothing to process");
    assert_eq!((told.detail_type, told.detail.recovery), (EventKind::FileDiscarded, Some(discard)));
    let id = &discarded.file.file_id;
    assert!(matches!(ledger.begin(id, 2, None, at(11)).await.expect("begin"), Begun::Ended(_)));

    let other = format!("{unique}/recovery/unroutable.csv");
    let unroutable = FileRecord::unroutable(super::file(&other, 1), "no contract", "arn:execution:x", at(1));
    ledger.claim(&unroutable).await.expect("claim");
    let discarded = begun(ledger, &unroutable, &decision(RecoveryKind::Discard, 10)).await;
    assert_eq!((discarded.state, discarded.reason.as_deref()), (FileState::Discarded, Some("no contract")));
}

pub(super) async fn pauses(ledger: &impl Ledger, unique: &str) {
    let (orders, orders_too) = (format!("{unique}-orders"), format!("{unique}-orders#2"));
    let pause = |dataset: &str, by: &str| Pause {
        dataset: Some(dataset.to_owned()),
        by: by.to_owned(),
        reason: None,
        at: at(1),
    };
    let ours = async || -> Vec<Pause> {
        let all = ledger.pauses().await.expect("pauses");
        all.into_iter().filter(|pause| pause.dataset.as_ref().is_some_and(|of| of.starts_with(unique))).collect()
    };
    let first = pause(&orders, "anna");
    assert_eq!(ledger.pause(&first).await.expect("pause"), PauseSet::New);
    assert_eq!(ledger.pause(&pause(&orders, "ben")).await.expect("pause"), PauseSet::Already(first.clone()));
    assert_eq!(ours().await, std::slice::from_ref(&first));
    let whole = Pause { dataset: None, ..first.clone() };
    assert_eq!(ledger.pause(&whole).await.expect("pause"), PauseSet::New);
    assert!(ledger.pauses().await.expect("pauses").contains(&whole));
    assert_eq!(ledger.unpause(None).await.expect("unpause"), Some(whole.clone()));
    assert_eq!(ledger.unpause(None).await.expect("unpause"), None);
    assert_eq!(ours().await, std::slice::from_ref(&first));
    assert_eq!(ledger.unpause(Some(&orders)).await.expect("unpause"), Some(first.clone()));
    assert_eq!(ours().await, []);
    assert!(first.holds(&orders) && whole.holds(&orders) && !first.holds(&orders_too));
    assert!(!whole.holds("canary") && !pause("canary", "anna").holds("canary"));

    let files = ["a", "b", "c"].map(|name| super::file(&format!("{unique}/held/{name}.csv"), 1).file_id);
    for (file, dataset) in [(&files[0], &orders), (&files[0], &orders), (&files[1], &orders), (&files[2], &orders_too)]
    {
        ledger.hold(file, dataset).await.expect("hold");
    }
    let mut held = ledger.held(Some(&orders)).await.expect("held");
    held.sort();
    let mut wanted = files[..2].to_vec();
    wanted.sort();
    assert_eq!(held, wanted);
    let everything = ledger.held(None).await.expect("held");
    assert!(files.iter().all(|file| everything.contains(file)));
    for (file, dataset) in [(&files[0], &orders), (&files[0], &orders), (&files[1], &orders), (&files[2], &orders_too)]
    {
        ledger.let_go(file, dataset).await.expect("let go");
    }
    assert_eq!(ledger.held(Some(&orders)).await.expect("held"), []);
    assert_eq!(ledger.held(Some(&orders_too)).await.expect("held"), []);
}

pub(super) async fn operations(ledger: &impl Ledger, unique: &str) {
    let operation = |number: i64| Operation {
        id: format!("{unique}-{number}"),
        command: "redrive --failed".to_owned(),
        by: "anna@desk".to_owned(),
        // Later than anything else that stands in the book of a shared table.
        at: at(10_000_000_000 + number),
        reason: Some("the bucket is back".to_owned()),
        subject: "2 files".to_owned(),
        planned: 2,
        done: 0,
        ended_at: None,
        outcome: None,
    };
    ledger.end_operation(&operation(1)).await.expect_err("it was never begun");
    for number in 1..=3 {
        ledger.begin_operation(&operation(number)).await.expect("begin");
    }
    let ended = Operation {
        done: 1,
        ended_at: Some(at(10_000_000_009)),
        outcome: Some("1 of 2 redriven".to_owned()),
        ..operation(2)
    };
    ledger.end_operation(&ended).await.expect("end");
    ledger.begin_operation(&operation(2)).await.expect("a beginning that comes twice changes nothing");
    assert_eq!(ledger.operations(2).await.expect("operations"), [operation(3), ended.clone()]);
    let all = ledger.operations(1000).await.expect("operations");
    assert_eq!(all[..3], [operation(3), ended, operation(1)]);
}

#[cfg(test)]
mod tests {
    use atalaya_contract::Reject;

    use super::*;

    /// What each state of a file allows.
    #[test]
    fn a_decision_fits_where_the_file_stands() {
        use FileState::*;
        let record = |state: FileState| FileRecord {
            state,
            rows: ending(state, 1).rows,
            outputs: ending(state, 1).outputs,
            ..received("orders", "a.csv", 1)
        };
        let allowed = |record: &FileRecord| -> Vec<RecoveryKind> {
            RecoveryKind::ALL.into_iter().filter(|kind| record.may_recover(*kind).is_ok()).collect()
        };
        use RecoveryKind::{Discard, Redrive, Release, Replay, ReplayRejects};
        for (state, kinds) in [
            (Received, vec![Redrive]),
            (Processing, vec![Redrive]),
            (Available, vec![Replay, ReplayRejects]),
            (Rejected, vec![Replay, Release, Discard]),
            (Failed, vec![Redrive, Discard]),
            (Duplicate, vec![]),
            (Unroutable, vec![Discard]),
            (Discarded, vec![]),
        ] {
            assert_eq!(allowed(&record(state)), kinds, "{state}");
        }
        let loaded = Some(Loaded { attempt: 1, rows: Counts::default(), outputs: Outputs::default() });
        let recovery = Some(Recovery { loaded, ..decision(Replay, 1) });
        assert_eq!(allowed(&FileRecord { recovery, ..record(Failed) }), [Redrive, Replay]);
        assert_eq!(allowed(&FileRecord { outputs: None, ..record(Available) }), [Replay]);
        let rows = Some(Counts { read: 3, accepted: 3, rejected: 0 });
        assert_eq!(allowed(&FileRecord { rows, ..record(Available) }), [Replay], "its list is of tolerated cells");
        assert_eq!(allowed(&FileRecord { rows: None, ..record(Rejected) }), [Replay, Discard]);
        let fault = |code: &str| Reject {
            row: None,
            line: None,
            byte: None,
            column: None,
            code: code.to_owned(),
            rule: None,
            message: String::new(),
            hint: None,
            value: None,
            tolerated: false,
        };
        let first_rejects = vec![fault("constraint-error")];
        assert_eq!(allowed(&FileRecord { first_rejects, ..record(Rejected) }), [Replay, Discard]);
        let first_rejects = vec![fault("blank-row")];
        assert_eq!(allowed(&FileRecord { first_rejects, ..record(Rejected) }), [Replay, Release, Discard]);
    }
}
