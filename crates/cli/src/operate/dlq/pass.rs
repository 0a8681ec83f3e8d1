//! One pass over a queue: each planned message is received, its successor stored, and then it is deleted.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use atalaya_terminal::exit::Failure;

use super::queue::{DeadLetters, Letter};
use crate::operate::meter::Meter;
use crate::operate::work::{Control, Fate, Target, Worked};

/// Deals with the planned messages, by their ids. What was not planned is given back as it came.
///
/// Messages are received anew, a few at a time, since the receipts of the look that the plan was made by may be old.
///
/// # Errors
/// The queue cannot be received from, and nothing was done yet.
pub(super) async fn pass<Q: DeadLetters, T>(
    queue: &Q,
    planned: Vec<Target<T>>,
    control: &Control,
    store: impl AsyncFn(&Letter, &T) -> Result<&'static str, Failure>,
) -> Result<Worked<T>, Failure> {
    let mut meter = Meter::new("done", planned.len());
    let mut fates: BTreeMap<String, Fate> = BTreeMap::new();
    let by_id: BTreeMap<&str, &T> = planned.iter().map(|target| (target.item.id.as_str(), &target.what)).collect();
    let mut others = Vec::new();
    while fates.len() < by_id.len() && control.goes_on() {
        let batch = match queue.receive().await {
            Ok(batch) => batch,
            Err(failure) if fates.is_empty() => return Err(failure),
            Err(_) => break,
        };
        if batch.is_empty() {
            break;
        }
        let (ours, not_ours): (Vec<_>, Vec<_>) = batch.into_iter().partition(|letter| {
            by_id.contains_key(letter.message_id.as_str()) && !fates.contains_key(&letter.message_id)
        });
        others.extend(not_ours);
        let dealt = ours.iter().map(|letter| deal(queue, letter, by_id[letter.message_id.as_str()], &store));
        for (letter, fate) in ours.iter().zip(join_all(dealt).await) {
            control.learn(&fate);
            meter.advance();
            fates.insert(letter.message_id.clone(), fate);
        }
    }
    // What is not given back comes back by itself, later.
    join_all(others.iter().map(|letter| queue.give_back(letter))).await;
    let stopped = !control.goes_on();
    let targets = planned.into_iter().map(|target| {
        let fate = fates.remove(&target.item.id).unwrap_or_else(|| match stopped {
            true => Fate::Untouched,
            false => Fate::Left { why: "it is not there: taken, or hidden for a moment by somebody else".to_owned() },
        });
        (target, fate)
    });
    Ok(Worked { targets: targets.collect(), took: meter.end(), interrupted: control.is_interrupted() })
}

async fn deal<Q: DeadLetters, T>(
    queue: &Q,
    letter: &Letter,
    what: &T,
    store: &impl AsyncFn(&Letter, &T) -> Result<&'static str, Failure>,
) -> Fate {
    let done = async {
        let how = store(letter, what).await?;
        queue.delete(letter).await?;
        Ok::<_, Failure>(how)
    };
    match done.await {
        Ok(how) => Fate::Done { how },
        Err(failure) => {
            // It is tried again sooner than when it comes back by itself.
            let _ = queue.give_back(letter).await;
            Fate::Failed { error: failure.to_string() }
        }
    }
}
