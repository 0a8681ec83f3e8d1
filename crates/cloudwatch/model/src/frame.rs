//! A stretch of time cut into equal periods.

/// Consecutive periods of equal length, oldest first. The start is any second: an alarm's periods slide with the time
/// of its evaluation, and a graph's lie on the grid of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Frame {
    /// First second of the oldest period, since the Unix epoch.
    pub start: i64,
    /// Length of a period in seconds; at least 1.
    pub period: u32,
    /// Number of periods.
    pub count: usize,
}

impl Frame {
    /// The `count` periods that end at `end`, which is the first second after the newest.
    #[must_use]
    pub fn ending(end: i64, period: u32, count: usize) -> Self {
        Self { start: end - i64::from(period) * count as i64, period, count }
    }

    /// First second of period `index`, which is the time that its data point bears.
    #[must_use]
    pub fn time(&self, index: usize) -> i64 {
        self.start + i64::from(self.period) * index as i64
    }

    /// First second after the newest period.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.time(self.count)
    }

    /// The period that holds the second, if one does.
    #[must_use]
    pub fn index(&self, second: i64) -> Option<usize> {
        let index = usize::try_from((second - self.start).div_euclid(i64::from(self.period))).ok()?;
        (index < self.count).then_some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_second_of_a_frame_lies_in_one_period() {
        let frame = Frame::ending(1000, 60, 3);
        assert_eq!((frame.start, frame.end(), frame.time(2)), (820, 1000, 940));
        assert_eq!(
            [819, 820, 879, 880, 999, 1000].map(|second| frame.index(second)),
            [None, Some(0), Some(0), Some(1), Some(2), None]
        );
    }
}
