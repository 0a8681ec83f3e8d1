//! Drills in a few worlds side by side.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use atalaya_local::Functions;
use atalaya_runbook::Runbook;

use crate::{Drill, DrillError, DrillReport, Event, Report, Setting, Watcher, World, check, check::Totals, run};

/// How drills are run.
pub struct Options {
    /// The checkout.
    pub project: PathBuf,
    /// The functions, built: all worlds start from them.
    pub functions: Functions,
    /// The program `atalaya` that the runbooks' commands call.
    pub atalaya: PathBuf,
    /// A folder with runbooks to run instead of those that the program brings along.
    pub runbooks: Option<PathBuf>,
    /// How many worlds run side by side, at least one.
    pub jobs: usize,
    /// The longest wait for an alarm, on the wall's clock: [`PATIENCE`](crate::PATIENCE) where nothing speaks for less.
    pub patience: Duration,
    /// Is told what happens.
    pub watcher: Watcher,
}

/// Runs drills; each that fails is in the report, and the others go on in a world that it has not touched.
///
/// # Errors
/// When a drill's runbook is missing or cannot be read: then none is run.
pub fn run_all(drills: &[&'static Drill], options: &Options) -> Result<Report, DrillError> {
    let begun = Instant::now();
    let runbooks = runbooks(drills, options.runbooks.as_deref())?;
    let queue = Mutex::new(drills.to_vec());
    let done = Mutex::new(Done::default());
    thread::scope(|scope| {
        for _ in 0..options.jobs.clamp(1, drills.len().max(1)) {
            scope.spawn(|| Worker { options, runbooks: &runbooks, queue: &queue, done: &done, world: None }.work());
        }
    });
    let Done { reports, totals } = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut reports: Vec<_> = reports.into_iter().collect();
    reports.sort_by_key(|(place, _)| drills.iter().position(|drill| drill.name() == *place));
    let drills = reports.into_iter().map(|(_, report)| report).collect();
    Ok(Report { drills, totals, seconds: begun.elapsed().as_secs_f64() })
}

/// The runbooks of these drills, by their names.
fn runbooks(drills: &[&Drill], folder: Option<&Path>) -> Result<BTreeMap<&'static str, Runbook>, DrillError> {
    let read = |drill: &&Drill| {
        let name = drill.alarm;
        let missing = || DrillError::NoRunbook(name.to_owned());
        let text = match folder {
            Some(folder) => {
                let path = folder.join(format!("{name}.md"));
                std::fs::read_to_string(&path)
                    .map_err(|source| DrillError::Machine { what: format!("reading {}", path.display()), source })?
            }
            None => atalaya_runbook::all().iter().find(|(known, _)| *known == name).ok_or_else(missing)?.1.to_owned(),
        };
        Ok((name, Runbook::parse(name, &text)?))
    };
    drills.iter().map(read).collect()
}

#[derive(Default)]
struct Done {
    reports: BTreeMap<String, DrillReport>,
    totals: Totals,
}

/// One world after the other, and a drill after the other in it.
struct Worker<'a> {
    options: &'a Options,
    runbooks: &'a BTreeMap<&'static str, Runbook>,
    queue: &'a Mutex<Vec<&'static Drill>>,
    done: &'a Mutex<Done>,
    world: Option<(Setting, World)>,
}

impl Worker<'_> {
    fn work(mut self) {
        while let Some(drill) = self.next() {
            let report = self.drill(drill);
            let passed = report.passed;
            (self.options.watcher)(&Event::Done { drill, report: &report });
            self.done.lock().unwrap_or_else(PoisonError::into_inner).reports.insert(drill.name(), report);
            if !passed {
                // Nobody knows what it left behind.
                self.leave();
            }
        }
        self.leave();
    }

    /// The next drill, of this world where there is one.
    fn next(&mut self) -> Option<&'static Drill> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let here = self.world.as_ref().map(|(setting, _)| *setting);
        let fits = queue.iter().position(|drill| Some(drill.setting) == here);
        // Without one of this world, one of the worlds that most wait for.
        let place = fits.or_else(|| {
            let waiting = |drill: &Drill| queue.iter().filter(|other| other.setting == drill.setting).count();
            let most = queue.iter().map(|drill| waiting(drill)).max()?;
            queue.iter().position(|drill| waiting(drill) == most)
        })?;
        Some(queue.remove(place))
    }

    fn drill(&mut self, drill: &'static Drill) -> DrillReport {
        let (runbook, options) = (&self.runbooks[drill.alarm], self.options);
        let world = match self.world_for(drill) {
            Ok(world) => world,
            Err(error) => return DrillReport::not_begun(drill, error.to_string()),
        };
        (options.watcher)(&Event::Begun { drill });
        run::run(world, drill, runbook, options)
    }

    /// A quiet world of the drill's setting: the one at hand, or a new one.
    fn world_for(&mut self, drill: &Drill) -> Result<&World, DrillError> {
        let is_fit = |(setting, world): &(Setting, World)| {
            *setting == drill.setting && setting.is_shared() && run::quiet(world).is_ok()
        };
        if !self.world.as_ref().is_some_and(is_fit) {
            self.leave();
            (self.options.watcher)(&Event::Starting { setting: drill.setting });
            let world = World::start(drill.setting, self.options)?;
            self.world = Some((drill.setting, world));
        }
        Ok(&self.world.as_ref().expect("set above where it was not").1)
    }

    /// Counts what the world holds, and ends it.
    fn leave(&mut self) {
        let Some((_, world)) = self.world.take() else { return };
        // A world that a failed drill has broken may not answer; its drill says why.
        if let Ok(totals) = check::totals(&world) {
            self.done.lock().unwrap_or_else(PoisonError::into_inner).totals.add(&totals);
        }
        // What cannot be cleaned up ends with this process.
        let _ = world.stop();
    }
}
