//! `atalaya check`: the engine on the desk, without AWS.

mod drafts;
mod report;
mod source;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use atalaya_contract::{Contract, Feed};
use atalaya_engine::{Engine, Outcome, Plan};

use crate::args::CheckArgs;
use crate::interrupt::Interrupt;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;

use drafts::{Drafts, Written};
use source::Source;

/// How many bytes the engine is fed at once.
const CHUNK: usize = 1 << 20;

/// Everything that the report tells.
#[derive(Debug)]
struct Finding {
    contract: Contract,
    feed: Feed,
    verdict: atalaya_engine::Verdict,
    written: Written,
    elapsed: Duration,
}

/// Judges the file, writes what is to be written, and reports.
pub(crate) fn run(args: &CheckArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let contract = crate::contract::read(&args.contract)?;
    let feed = choose_feed(&contract, args)?;
    let plan = Plan::new(&contract, &feed)
        .map_err(|error| Failure::contract(format!("{}: {error}", args.contract.display())))?;
    let mut source = Source::open(&args.file)?;
    let mut drafts = args.out.as_deref().map(|dir| Drafts::create(dir, &args.file)).transpose()?;

    let begun = Instant::now();
    let judged = judge(Arc::new(plan), &mut source, drafts.as_mut())?;
    let written = match drafts {
        Some(drafts) => drafts.commit(judged.outcome == Outcome::Available)?,
        None => Written::default(),
    };
    let finding = Finding { contract, feed, verdict: judged, written, elapsed: begun.elapsed() };
    report::tell(args, &finding, output)?;
    Ok(match (finding.verdict.unreadable, finding.verdict.outcome) {
        (true, _) => Verdict::Unreadable,
        (false, Outcome::Available) => Verdict::Fine,
        (false, Outcome::Rejected) => Verdict::Negative,
    })
}

/// The feed that `--dataset` names, or the only one.
fn choose_feed(contract: &Contract, args: &CheckArgs) -> Result<Feed, Failure> {
    let Some(name) = &args.dataset else {
        return contract.feed_for_check().map_err(|reason| {
            Failure::contract(format!("{}: {reason}", args.contract.display()))
                .hint("name the dataset to check against with --dataset")
        });
    };
    contract.feeds.iter().find(|feed| feed.dataset == *name).cloned().ok_or_else(|| {
        let names: Vec<_> = contract.feeds.iter().map(|feed| feed.dataset.as_str()).collect();
        Failure::usage(format!("{} has no dataset `{name}`", args.contract.display())).hint(match names.as_slice() {
            [] => "the contract has no server of type s3; leave --dataset out".to_owned(),
            names => format!("it has {}", names.join(", ")),
        })
    })
}

/// Feeds the whole source to the engine, one chunk in memory at a time.
fn judge(
    plan: Arc<Plan>,
    source: &mut Source,
    mut drafts: Option<&mut Drafts>,
) -> Result<atalaya_engine::Verdict, Failure> {
    let broken = |error| Failure::internal(format!("the engine gave up: {error}"));
    let interrupt = Interrupt::listen();
    let mut engine = Engine::new(plan).map_err(broken)?;
    let mut chunk = vec![0; CHUNK];
    // A fault of the whole file is final: what follows need not be read.
    while !engine.is_settled() {
        if interrupt.is_pressed() {
            return Err(Failure::Interrupted);
        }
        let length = source.read(&mut chunk)?;
        if length == 0 {
            break;
        }
        let mut rest = &chunk[..length];
        while !rest.is_empty() {
            let taken = engine.feed(rest).map_err(broken)?;
            rest = &rest[taken..];
            pass_on(&mut engine, drafts.as_deref_mut())?;
        }
    }
    source.done();
    let verdict = engine.finish().map_err(broken)?;
    pass_on(&mut engine, drafts)?;
    Ok(verdict)
}

/// Takes what the engine has produced; without a folder to write to it is let go.
fn pass_on(engine: &mut Engine, drafts: Option<&mut Drafts>) -> Result<(), Failure> {
    let (parquet, rejects) = (engine.take_parquet(), engine.take_rejects());
    match drafts {
        Some(drafts) => drafts.write(&parquet, &rejects),
        None => Ok(()),
    }
}

/// The file's name for people: `stdin` for `-`.
fn display_name(file: &Path) -> String {
    if file == Path::new("-") { "stdin".to_owned() } else { file.display().to_string() }
}
