//! CloudWatch's own time.

use std::time::{SystemTime, UNIX_EPOCH};

/// How long a fast clock runs, on the wall's clock, before it has caught up with it.
const HEAD_START: f64 = 900.0;

/// A clock that runs so many times as fast as the wall's.
///
/// A fast one begins in the past and catches up after a quarter of an hour: who is told of an alarm and looks for what
/// happened since its time, such as the function `page` for files, finds it. Every moment that comes from outside is
/// mapped by the same rule, so that what happens now happens at this clock's now. Lengths of time that services measure,
/// such as a function's duration, are not stretched; the age of a message is, since it is the distance of two moments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Clock {
    /// When it began, on the wall's clock.
    begun: f64,
    /// What it showed then.
    shown: f64,
    speed: u32,
}

impl Clock {
    /// Begins now.
    pub(crate) fn new(speed: u32) -> Self {
        let begun = wall();
        Self { begun, shown: begun - (f64::from(speed) - 1.0) * HEAD_START, speed }
    }

    /// How many times as fast as the wall's it runs.
    pub(crate) fn speed(&self) -> f64 {
        f64::from(self.speed)
    }

    /// The moment of a moment on the wall, both in epoch seconds.
    pub(crate) fn at(&self, wall: f64) -> f64 {
        // At the wall's speed the moment itself, to the last bit.
        if self.speed == 1 { wall } else { self.shown + (wall - self.begun) * self.speed() }
    }

    /// The moment now.
    pub(crate) fn now(&self) -> f64 {
        self.at(wall())
    }
}

/// The wall's clock, in epoch seconds.
pub(crate) fn wall() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_catches_up_with_the_walls() {
        let fast = Clock { begun: 1000.0, shown: 500.0, speed: 60 };
        assert_eq!([1000.0, 1001.0, 999.0].map(|wall| fast.at(wall)), [500.0, 560.0, 440.0]);
        let begun = Clock::new(60);
        assert!(begun.at(begun.begun + HEAD_START - 1.0) < begun.begun + HEAD_START - 1.0);
        assert_eq!(begun.at(begun.begun + HEAD_START), begun.begun + HEAD_START);
        let plain = Clock::new(1);
        assert_eq!(plain.at(1_767_225_600.123_456), 1_767_225_600.123_456);
    }
}
