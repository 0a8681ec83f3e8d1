//! Where a program's metrics are in a store.

use std::cell::RefCell;

use crate::{
    Frame, MetricId, MetricStat, MetricStore, Point, SeriesId,
    math::{Points, Source},
};

/// Where the metrics of one program are in one store, so that an alarm need not look for them by name every minute.
/// Empty at first; a metric is remembered once it has appeared. To be used with the same program and the same store
/// only.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// By the numbers of the queries.
    series: Vec<Option<SeriesId>>,
    /// Room for reading.
    read: Vec<Option<Point>>,
}

/// A store whose metrics have places.
pub(super) struct Placed<'a> {
    pub(super) store: &'a MetricStore,
    pub(super) places: RefCell<&'a mut Places>,
}

impl Source for Placed<'_> {
    fn points(&self, wanted: &MetricStat, frame: &Frame) -> Points {
        self.store.points(wanted, frame)
    }

    fn points_of(&self, query: usize, wanted: &MetricStat, frame: &Frame) -> Points {
        let mut places = self.places.borrow_mut();
        let Places { series, read } = &mut **places;
        if series.len() <= query {
            series.resize(query + 1, None);
        }
        let place = &mut series[query];
        *place = place.or_else(|| self.store.find(&wanted.metric));
        match *place {
            None => vec![None; frame.count],
            Some(series) => {
                self.store.read_into(series, &wanted.stat, wanted.unit, frame, read);
                read.iter().map(|point| point.map(|point| point.value)).collect()
            }
        }
    }

    fn recent(&self, now: i64) -> Vec<&MetricId> {
        self.store.recent(now)
    }
}
