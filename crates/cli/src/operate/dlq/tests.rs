//! Dead letters, of which none may get lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use atalaya_cloud::testing::file;
use atalaya_cloud::{MemoryLedger, MemoryObjects};
use atalaya_contract::{EventKind, FileEvent};
use clap::Parser as _;
use serde_json::{Value, json};

use crate::args::{Cli, Command, DeadLetterQueue, DlqCommand, DlqDropArgs};
use crate::operate::tests::fragile::{Fragile, Fuse};
use crate::operate::tests::world::{broken_off_anywhere, proposal};
use crate::operate::work::Control;
use atalaya_terminal::exit::Failure;

use super::drop::{Shelf, choose as choose_to_drop, put_away};
use super::letter::{Read, Says, read};
use super::queue::{DeadLetters, Letter, look};
use super::recipient::Recipient;
use super::redrive::{Chosen, choose as choose_to_redrive, hand_over};

/// A queue in memory; what is received is hidden until it is given back or [`MemoryQueue::reappear`].
#[derive(Debug, Clone, Default)]
struct MemoryQueue(Arc<Mutex<Vec<(Letter, bool)>>>);

impl MemoryQueue {
    fn with(bodies: &[(&str, String)]) -> Self {
        let letter = |(id, body): &(&str, String)| Letter {
            message_id: (*id).to_owned(),
            body: body.clone(),
            sent_at: None,
            receives: 1,
            attributes: BTreeMap::new(),
            receipt: (*id).to_owned(),
        };
        Self(Arc::new(Mutex::new(bodies.iter().map(|one| (letter(one), false)).collect())))
    }

    /// Time goes by.
    fn reappear(&self) {
        self.0.lock().expect("whole").iter_mut().for_each(|(_, hidden)| *hidden = false);
    }

    fn ids(&self) -> BTreeSet<String> {
        self.0.lock().expect("whole").iter().map(|(letter, _)| letter.message_id.clone()).collect()
    }
}

/// What of it a process that may be killed can do.
pub(in crate::operate) struct Behind<'a, S> {
    pub(in crate::operate) store: &'a S,
    pub(in crate::operate) fuse: &'a Fuse,
}

fn dead() -> Failure {
    Failure::unreachable("the process is dead")
}

impl DeadLetters for Behind<'_, MemoryQueue> {
    async fn receive(&self) -> Result<Vec<Letter>, Failure> {
        let receive = async {
            let mut letters = self.store.0.lock().expect("whole");
            let visible = letters.iter_mut().filter(|(_, hidden)| !hidden).take(2);
            Ok(visible
                .map(|(letter, hidden)| {
                    *hidden = true;
                    letter.clone()
                })
                .collect())
        };
        self.fuse.through(receive, dead).await
    }

    async fn give_back(&self, letter: &Letter) -> Result<(), Failure> {
        let give_back = async {
            let mut letters = self.store.0.lock().expect("whole");
            letters.iter_mut().filter(|(one, _)| one.receipt == letter.receipt).for_each(|(_, hidden)| *hidden = false);
            Ok(())
        };
        self.fuse.through(give_back, dead).await
    }

    async fn delete(&self, letter: &Letter) -> Result<(), Failure> {
        let delete = async {
            self.store.0.lock().expect("whole").retain(|(one, _)| one.receipt != letter.receipt);
            Ok(())
        };
        self.fuse.through(delete, dead).await
    }
}

/// Remembers what was handed over.
#[derive(Debug, Clone, Default)]
pub(in crate::operate) struct MemoryRecipient(Arc<Mutex<Vec<String>>>);

impl MemoryRecipient {
    /// What was handed over, in that order.
    pub(in crate::operate) fn taken(&self) -> Vec<String> {
        self.0.lock().expect("whole").clone()
    }
}

impl Recipient for Behind<'_, MemoryRecipient> {
    async fn take(&self, message: &str) -> Result<(), Failure> {
        let take = async {
            self.store.0.lock().expect("whole").push(message.to_owned());
            Ok(())
        };
        self.fuse.through(take, dead).await
    }
}

fn arrival(key: &str) -> String {
    json!({
        "source": "aws.s3", "detail-type": "Object Created", "time": "2026-03-01T10:00:00Z",
        "detail": { "bucket": { "name": "inbox" }, "object": { "key": key, "size": 5, "version-id": "v1" } },
    })
    .to_string()
}

struct Office {
    queue: MemoryQueue,
    recipient: MemoryRecipient,
    objects: MemoryObjects,
    ledger: MemoryLedger,
}

async fn office() -> Office {
    let letters =
        [("m1", arrival("a.csv")), ("m2", "hello".to_owned()), ("m3", arrival("b.csv")), ("m4", arrival("c.csv"))];
    Office {
        queue: MemoryQueue::with(&letters),
        recipient: MemoryRecipient::default(),
        objects: MemoryObjects::default(),
        ledger: MemoryLedger::default(),
    }
}

/// The keys of the arrivals that were handed over.
fn handed_over(office: &Office) -> BTreeSet<String> {
    let taken = office.recipient.taken();
    let key = |message: &String| {
        let message: Value = serde_json::from_str(message).expect("is JSON");
        message["detail"]["object"]["key"].as_str().expect("has a key").to_owned()
    };
    taken.iter().map(key).collect()
}

#[tokio::test]
async fn a_redrive_of_dead_letters_killed_anywhere_loses_none() {
    let command = async |office: &Office, fuse: &Fuse| {
        let queue = Behind { store: &office.queue, fuse };
        let recipient = Behind { store: &office.recipient, fuse };
        let Chosen { targets, unreadable, .. } =
            choose_to_redrive(DeadLetterQueue::Intake, false, look(&queue, usize::MAX).await?);
        assert!(unreadable <= 1);
        let ledger = Fragile::new(&office.ledger, fuse);
        hand_over(&queue, &recipient, &ledger, "ana", &proposal(), targets, &Control::default()).await.map(drop)
    };
    let meanwhile = async |office: &Office| {
        // Wherever it died, each arrival lies in the queue still or was handed over.
        let (left, taken) = (office.queue.ids(), handed_over(office));
        for (id, key) in [("m1", "a.csv"), ("m3", "b.csv"), ("m4", "c.csv")] {
            assert!(left.contains(id) || taken.contains(key), "{key} is lost");
        }
        office.queue.reappear();
    };
    broken_off_anywhere(office, command, meanwhile, async |office, when| {
        assert_eq!(handed_over(office).into_iter().collect::<Vec<_>>(), ["a.csv", "b.csv", "c.csv"], "{when}");
        assert_eq!(office.queue.ids().into_iter().collect::<Vec<_>>(), ["m2"], "{when}: what nobody understands stays");
    })
    .await;
}

fn drop_args(line: &[&str]) -> DlqDropArgs {
    let line = ["atalaya", "dlq", "drop", "intake", "--reason", "a test"].iter().chain(line);
    match Cli::try_parse_from(line).expect("is a command line").command {
        Command::Dlq(DlqCommand::Drop(args)) => args,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_drop_killed_anywhere_leaves_a_copy_of_all_that_is_gone() {
    let copy = |office: &Office, id: &str| {
        let bytes = office.objects.bytes("rejects", &format!("dead-letters/intake/{id}.json"))?;
        serde_json::from_slice::<Value>(&bytes).ok()
    };
    let command = async |office: &Office, fuse: &Fuse| {
        let queue = Behind { store: &office.queue, fuse };
        let targets = choose_to_drop(&drop_args(&["--all"]), look(&queue, usize::MAX).await?)?;
        let shelf = Shelf {
            objects: Fragile::new(&office.objects, fuse),
            bucket: "rejects".to_owned(),
            queue: DeadLetterQueue::Intake,
            reason: "a test".to_owned(),
        };
        let ledger = Fragile::new(&office.ledger, fuse);
        put_away(&queue, &shelf, &ledger, "ana", &proposal(), targets, &Control::default()).await.map(drop)
    };
    let meanwhile = async |office: &Office| {
        let left = office.queue.ids();
        for id in ["m1", "m2", "m3", "m4"] {
            assert!(left.contains(id) || copy(office, id).is_some(), "{id} is lost");
        }
        office.queue.reappear();
    };
    broken_off_anywhere(office, command, meanwhile, async |office, when| {
        assert!(office.queue.ids().is_empty(), "{when}");
        let kept = copy(office, "m2").expect("a copy is kept");
        assert_eq!(
            (&kept["message"]["body"], &kept["dropped"]["reason"]),
            (&json!("hello"), &json!("a test")),
            "{when}"
        );
        assert_eq!(kept["dropped"]["by"], "ana");
    })
    .await;
}

#[tokio::test]
async fn messages_are_dropped_by_their_ids_or_because_nobody_understands_them() {
    let office = office().await;
    let queue = Behind { store: &office.queue, fuse: &Fuse::never() };
    let letters = look(&queue, usize::MAX).await.expect("looks");
    assert_eq!(letters.len(), 4, "a look shows all");
    assert_eq!(look(&queue, usize::MAX).await.expect("looks").len(), 4, "and takes none");
    let chosen = |line: &[&str]| -> Vec<String> {
        let targets = choose_to_drop(&drop_args(line), letters.clone()).expect("chooses");
        targets.into_iter().map(|target| target.item.id).collect()
    };
    assert_eq!(chosen(&["--unreadable"]), ["m2"]);
    assert_eq!(chosen(&["m3", "m1"]), ["m1", "m3"]);
    for (id, code) in [("zz", 1), ("m", 2)] {
        let Err(Failure::Told(told)) = choose_to_drop(&drop_args(&[id]), letters.clone()) else { panic!("{id}") };
        assert_eq!(told.code(), code, "{}", told.message());
    }
}

fn a_letter(body: &Value) -> Letter {
    Letter {
        message_id: "m".to_owned(),
        body: body.to_string(),
        sent_at: None,
        receives: 1,
        attributes: BTreeMap::new(),
        receipt: "r".to_owned(),
    }
}

#[test]
fn an_outcome_is_read_wrapped_or_as_it_came() {
    let event = FileEvent::new(EventKind::FileRejected, file("orders/a.csv", 1), 1, atalaya_cloud::testing::at(2));
    let event = json!({ "version": "0", "source": "atalaya", "detail-type": "FileRejected", "detail": event });
    let wrapped = json!({
        "version": "1.0", "timestamp": "2026-03-01T00:00:00Z",
        "requestContext": { "requestId": "r", "condition": "RetriesExhausted", "approximateInvokeCount": 3 },
        "requestPayload": event,
        "responseContext": { "statusCode": 200, "functionError": "Unhandled" },
        "responsePayload": { "errorType": "Retryable", "errorMessage": "SNS does not answer" },
    });
    let mut as_it_came = a_letter(&event);
    as_it_came.attributes.insert("ERROR_CODE".to_owned(), "NO_PERMISSIONS".to_owned());
    for (letter, cause) in [(a_letter(&wrapped), "Retryable: SNS does not answer"), (as_it_came, "NO_PERMISSIONS")] {
        let Read { says, message, cause: why } = read(DeadLetterQueue::Notify, &letter);
        assert!(matches!(&says, Says::Outcome { key, .. } if key == "orders/a.csv"), "{says:?}");
        assert_eq!(why.as_deref(), Some(cause));
        let message: Value = serde_json::from_str(&message.expect("can be handed over")).expect("is JSON");
        assert_eq!(message, event, "the function gets the event that it did not take");
    }
    let other = read(DeadLetterQueue::Notify, &a_letter(&json!({ "hello": 1 })));
    assert!(!other.says.is_readable() && other.message.is_some(), "{other:?}");
    let no_json = Letter { body: "hello".to_owned(), ..a_letter(&json!({})) };
    let read = read(DeadLetterQueue::Notify, &no_json);
    assert!(!read.says.is_readable() && read.message.is_none(), "{read:?}");
}

#[test]
fn an_alarm_is_read_from_lambda_s_record_and_from_sns_s_notification() {
    let said = json!({ "AlarmName": "atalaya-FilesFailed", "NewStateValue": "ALARM" }).to_string();
    let message = json!({ "Type": "Notification", "MessageId": "1", "TopicArn": "arn:t", "Message": said });
    let records = json!({ "Records": [{ "EventSource": "aws:sns", "Sns": message }] });
    let failed = json!({ "requestPayload": records, "requestContext": { "condition": "EventAgeExceeded" } });
    for body in [&message, &records, &failed] {
        let read = read(DeadLetterQueue::Page, &a_letter(body));
        assert_eq!(read.says.words(), "the alarm atalaya-FilesFailed is ALARM");
        let payload: Value = serde_json::from_str(&read.message.expect("can be handed over")).expect("is JSON");
        assert_eq!(payload["Records"][0]["Sns"]["Message"], said.as_str());
    }
    let cause = read(DeadLetterQueue::Page, &a_letter(&failed)).cause;
    assert_eq!(cause.as_deref(), Some("EventAgeExceeded"));
}

#[test]
fn what_cannot_be_understood_is_handed_over_only_when_all_is() {
    let letters = [a_letter(&json!({ "hello": 1 }))];
    let chosen = choose_to_redrive(DeadLetterQueue::Intake, false, letters.to_vec());
    assert_eq!((chosen.targets.len(), chosen.unreadable), (0, 1));
    let chosen = choose_to_redrive(DeadLetterQueue::Intake, true, letters.to_vec());
    assert_eq!((chosen.targets.len(), chosen.unreadable), (1, 0));
}
