//! CloudWatch's own time.

use std::time::{SystemTime, UNIX_EPOCH};

/// A clock that was right when it began and runs so many times as fast as the wall's.
///
/// Every moment that comes from outside is mapped by the same rule, so that what happens now has happened now. Lengths
/// of time that services measure, such as a function's duration, are not stretched; the age of a message is, since it
/// is the distance of two moments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Clock {
    begun: f64,
    speed: u32,
}

impl Clock {
    /// Begins now.
    pub(crate) fn new(speed: u32) -> Self {
        Self { begun: wall(), speed }
    }

    /// How many times as fast as the wall's it runs.
    pub(crate) fn speed(&self) -> f64 {
        f64::from(self.speed)
    }

    /// The moment of a moment on the wall, both in epoch seconds.
    pub(crate) fn at(&self, wall: f64) -> f64 {
        // At the wall's speed the moment itself, to the last bit.
        if self.speed == 1 { wall } else { self.begun + (wall - self.begun) * self.speed() }
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
    fn a_fast_clock_begins_right() {
        let fast = Clock { begun: 1000.0, speed: 60 };
        assert_eq!([1000.0, 1001.0, 999.0].map(|wall| fast.at(wall)), [1000.0, 1060.0, 940.0]);
        let plain = Clock { begun: 1000.0, speed: 1 };
        assert_eq!(plain.at(1_767_225_600.123_456), 1_767_225_600.123_456);
    }
}
