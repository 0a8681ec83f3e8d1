//! One drill: the fault, the alarm, the page, the runbook's own commands, and the look at everything afterwards.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use atalaya_cloudwatch::alarm::State;
use atalaya_runbook::{Placeholder, Runbook, SectionName};
use jiff::Timestamp;

use crate::{
    BlockReport, Drill, DrillError, DrillReport, Event, Kind, Options, World,
    block::{self, Block},
    check, fault, page,
    report::Times,
    timeline::Timeline,
    wait::{Seen, available, until},
};

/// A wait for an alarm that is long enough for slow and shared machines; it ends when it holds.
pub const PATIENCE: Duration = Duration::from_secs(180);
/// The longest wait for a message.
const MESSAGE_DEADLINE: Duration = Duration::from_secs(60);
/// The longest wait for a world without trouble.
const QUIET_DEADLINE: Duration = Duration::from_secs(90);

/// Waits until nothing rings in the world.
pub(crate) fn quiet(world: &World) -> Result<(), DrillError> {
    until("a world in which no alarm is on", QUIET_DEADLINE, || {
        let ringing: Vec<_> = world.local().read(|cloudwatch, _| {
            let on = cloudwatch.alarms().filter(|alarm| alarm.state == State::Alarm);
            on.map(|alarm| alarm.definition.name().to_owned()).collect()
        });
        Ok(if ringing.is_empty() { Seen::Yes(()) } else { Seen::NotYet(format!("{} on", ringing.join(", "))) })
    })
}

/// Runs a drill in a quiet world.
pub(crate) fn run(world: &World, drill: &Drill, runbook: &Runbook, options: &Options) -> DrillReport {
    let heard = world.notices().len();
    let mut course = Course { world, drill, runbook, options, heard, timeline: Timeline::begin(), blocks: Vec::new() };
    let failure = course.go().err().map(|error| error.to_string());
    if failure.is_some() {
        course.tell(Kind::Failed, "the drill failed");
    }
    let seconds = course.timeline.elapsed().as_secs_f64();
    let timeline = course.timeline.into_moments();
    DrillReport {
        name: drill.name(),
        alarm: drill.alarm_name(),
        fault: drill.fault,
        passed: failure.is_none(),
        failure,
        times: Times::of(&timeline, &course.blocks),
        timeline,
        blocks: course.blocks,
        seconds,
    }
}

struct Course<'a> {
    world: &'a World,
    drill: &'a Drill,
    runbook: &'a Runbook,
    options: &'a Options,
    /// Messages that came before.
    heard: usize,
    timeline: Timeline,
    blocks: Vec<BlockReport>,
}

impl Course<'_> {
    fn go(&mut self) -> Result<(), DrillError> {
        let (world, drill) = (self.world, self.drill);
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let prepared = works(world).and_then(|()| (drill.prepare)(world));
            // What was told of a world that was still being prepared is not about the fault.
            self.heard = world.notices().len();
            let traffic = scope.spawn(|| keep_going(world, drill, &done));
            let went = prepared.and_then(|()| self.while_it_goes_on());
            done.store(true, Ordering::Relaxed);
            // What AWS did wrong goes with the drill, whatever the runbook has come to.
            let went = went.and(fault::end_at_endpoint(world));
            let kept = traffic.join().unwrap_or(Err(DrillError::Stopped));
            went.and(kept)
        })?;
        let mut found = check::all(world)?;
        found.extend((drill.check)(world)?);
        if !found.is_empty() {
            return Err(DrillError::Checks(found));
        }
        self.tell(Kind::Checked, "every file is in its one right outcome, every notice was sent once");
        Ok(())
    }

    fn while_it_goes_on(&mut self) -> Result<(), DrillError> {
        self.tell(Kind::Fault, self.drill.fault);
        (self.drill.inject)(self.world)?;
        self.comes_into(State::Alarm, Kind::Alarm, self.options.patience)?;
        let page = self.told(page::Says::Alarm)?;
        self.tell(Kind::Page, format!("{} gets “{}”", page.user, page.subject));
        page::check(&page, self.runbook)?;
        let values = page::values(&page, self.drill, self.runbook);
        self.blocks_of(SectionName::Diagnosis, &values)?;
        if let Some(ends) = self.drill.ends {
            ends(self.world)?;
            self.tell(Kind::Ended, "the cause ends by itself");
        }
        self.mitigate(&values)?;
        match self.comes_into(State::Ok, Kind::Recovered, self.options.patience / 2) {
            // What was in flight while the cause was mended may fail after that: whoever is on call sees the alarm stay,
            // and follows the runbook once more.
            Err(DrillError::Late { .. }) => {
                self.tell(Kind::Again, "the alarm is still on");
                self.mitigate(&values)?;
                self.comes_into(State::Ok, Kind::Recovered, self.options.patience)?;
            }
            other => other?,
        }
        let over = self.told(page::Says::Recovery)?;
        self.tell(Kind::Told, format!("{} gets “{}”", over.user, over.subject));
        Ok(())
    }

    fn mitigate(&mut self, values: &BTreeMap<Placeholder, String>) -> Result<(), DrillError> {
        self.blocks_of(SectionName::Mitigation, values)?;
        self.blocks_of(SectionName::Verify, values)
    }

    fn tell(&mut self, kind: Kind, what: impl Into<String>) {
        self.tell_at(kind, what, self.world.cloudwatch_now());
    }

    fn tell_at(&mut self, kind: Kind, what: impl Into<String>, cloudwatch: Timestamp) {
        let what = what.into();
        (self.options.watcher)(&Event::Moment { drill: self.drill, kind, what: &what, after: self.timeline.elapsed() });
        self.timeline.add(kind, what, cloudwatch);
    }

    /// Waits until the alarm is in a state.
    fn comes_into(&mut self, state: State, kind: Kind, patience: Duration) -> Result<(), DrillError> {
        let name = self.drill.alarm_name();
        let since = until(&format!("{name} in {}", state.as_str()), patience, || {
            let alarm = self.world.local().with_cloudwatch(|cloudwatch| cloudwatch.alarm(&name).cloned());
            let alarm = alarm.ok_or_else(|| atalaya_local::LocalError::NoAlarm(name.clone()))?;
            Ok(if alarm.state == state {
                Seen::Yes(alarm.transitioned_at)
            } else {
                Seen::NotYet(format!("{}: {}", alarm.state.as_str(), alarm.reason))
            })
        })?;
        let at = Timestamp::from_second(since).unwrap_or_else(|_| self.world.cloudwatch_now());
        self.tell_at(kind, format!("{name} is {}", state.as_str()), at);
        Ok(())
    }

    /// Waits for the message to on-call.
    fn told(&self, says: page::Says) -> Result<atalaya_local::Notice, DrillError> {
        let name = self.drill.alarm_name();
        until(&format!("the message that tells on-call of {name}: {says:?}"), MESSAGE_DEADLINE, || {
            let notices = self.world.notices();
            Ok(match page::find(&notices, self.heard, &name, says) {
                Some(notice) => Seen::Yes(notice),
                None => Seen::NotYet(format!("{} messages since the drill began", notices.len() - self.heard)),
            })
        })
    }

    /// Runs the blocks of a section, until one fails.
    fn blocks_of(&mut self, section: SectionName, values: &BTreeMap<Placeholder, String>) -> Result<(), DrillError> {
        let runbook = self.runbook;
        for block in block::of(runbook, section, self.drill.cause) {
            self.run_block(section, &block, values)?;
        }
        Ok(())
    }

    fn run_block(
        &mut self,
        section: SectionName,
        block: &Block<'_>,
        values: &BTreeMap<Placeholder, String>,
    ) -> Result<(), DrillError> {
        let report = block::run(self.world, section, block, values)?;
        let first = report.text.lines().next().unwrap_or_default().to_owned();
        self.tell(Kind::Block, format!("{}: {first}", section.as_str()));
        let failed = (!report.passed).then(|| DrillError::Block {
            page: self.runbook.alarm.clone(),
            line: report.line,
            why: failure(&report),
        });
        self.blocks.push(report);
        failed.map_or(Ok(()), Err)
    }
}

/// Why a block failed.
fn failure(report: &BlockReport) -> String {
    let how = match report.code {
        Some(0) => "it shows nothing".to_owned(),
        Some(code) => format!("it ended with exit code {code}"),
        None if report.seconds == 0.0 => "it could not run".to_owned(),
        None => format!("it did not end within {:.0} s", report.seconds),
    };
    let indented =
        |text: &str| text.trim_end().lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n");
    format!("{how}\n{}\n  which printed\n{}", indented(&report.text), indented(&report.output))
}

/// Sees the pipeline work before it is broken.
fn works(world: &World) -> Result<(), DrillError> {
    let sent = world.send_good()?;
    available(world, &sent)
}

/// What goes on until the drill is done.
fn keep_going(world: &World, drill: &Drill, done: &AtomicBool) -> Result<(), DrillError> {
    let pause = world.lasts(drill.every);
    while !done.load(Ordering::Relaxed) {
        let next = Instant::now() + pause;
        (drill.meanwhile)(world)?;
        while !done.load(Ordering::Relaxed) && Instant::now() < next {
            thread::sleep(Duration::from_millis(20));
        }
    }
    Ok(())
}
