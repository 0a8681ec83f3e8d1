//! Makers of large files that hold little of them in memory.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

/// Where a file's bytes go, piece by piece.
pub(crate) type Feed<'a> = dyn FnMut(&[u8]) + 'a;

/// How many bytes are fed at once, as `atalaya check` does.
const CHUNK: usize = 1 << 20;

/// A gzip file of `head` and `times` times `row`.
pub(crate) fn gzip(head: &str, row: &[u8], times: usize, feed: &mut Feed<'_>) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(head.as_bytes()).expect("a vector takes all bytes");
    for _ in 0..times {
        encoder.write_all(row).expect("a vector takes all bytes");
    }
    let bytes = encoder.finish().expect("a vector takes all bytes");
    bytes.chunks(CHUNK).for_each(feed);
}

/// `head` and `times` times what `row` writes for each number.
pub(crate) fn rows(head: &str, times: usize, row: impl Fn(usize, &mut Vec<u8>), feed: &mut Feed<'_>) {
    let mut chunk = head.as_bytes().to_vec();
    for number in 0..times {
        row(number, &mut chunk);
        if chunk.len() >= CHUNK {
            feed(&chunk);
            chunk.clear();
        }
    }
    feed(&chunk);
}

/// Labels `c0`, `c1` … as a header.
pub(crate) fn header(columns: usize) -> String {
    let labels: Vec<String> = (0..columns).map(|at| format!("c{at}")).collect();
    labels.join(",") + "\n"
}

/// Letters without a pattern: the same for the same number, hard to compress.
pub(crate) fn noise(number: usize, length: usize, out: &mut Vec<u8>) {
    let mut state = number as u64 ^ 0x9e37_79b9_7f4a_7c15;
    for _ in 0..length {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        out.push(b'A' + ((state >> 40) % 52) as u8);
    }
}
