// Numbers, sizes, lengths of time and times as the rest of the pipeline writes them: `format` of `crates/contract`, whose
// `format/examples.json` the tests of both read.

/** Seconds of a time that is seconds already or text. */
export const seconds = (at) => (typeof at === "number" ? at : Date.parse(at) / 1000);

/** `1,234,567`. */
export const grouped = (number) => number.toLocaleString("en-US");

/** `1 row`, `2 rows`. */
export const counted = (number, noun) => `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;

/** `31.1 MB`. */
export function bytes(number) {
  if (number < 1000) return `${number} B`;
  const units = ["kB", "MB", "GB", "TB", "PB"];
  let value = number / 1000;
  let unit = 0;
  while (value >= 999.5 && unit + 1 < units.length) { value /= 1000; unit += 1; }
  return `${value.toFixed(value < 99.95 ? 1 : 0)} ${units[unit]}`;
}

/** A measured length of time in seconds: `0.42 s`, `3 min 12 s`. */
export function duration(span) {
  const whole = Math.round(span);
  const two = (number) => String(number).padStart(2, "0");
  if (span < 0.0995) return `${Math.round(span * 1000)} ms`;
  if (span < 9.995) return `${span.toFixed(2)} s`;
  if (span < 59.95) return `${span.toFixed(1)} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** `2026-07-20 10:11:12`. */
export const time = (at) => new Date(seconds(at) * 1000).toISOString().slice(0, 19).replace("T", " ");

/** How old something is, from seconds, in its largest unit: `12 s`, `3 min`, `2 d`. */
export function age(span) {
  const whole = Math.max(0, Math.floor(span));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86400)} d`;
}
