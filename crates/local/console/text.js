// Numbers and times as people read them; the same as in the terminal.

import { el } from "./dom.js";

/** What CloudWatch's clock shows against the wall's: its now, the wall's now when that was read, its speed. */
let clock = { now: Date.now() / 1000, readAt: Date.now() / 1000, speed: 1 };

export function setClock(now, speed) {
  clock = { now, readAt: Date.now() / 1000, speed };
}

/** Now, in seconds, on CloudWatch's clock or the wall's. */
export function now(which) {
  const wall = Date.now() / 1000;
  return which === "cloudwatch" ? clock.now + (wall - clock.readAt) * clock.speed : wall;
}

/** Seconds of a time that is seconds already or text. */
export const seconds = (at) => (typeof at === "number" ? at : Date.parse(at) / 1000);

export const count = (number) => number.toLocaleString("en-US");

export const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

export function bytes(number) {
  if (number < 1000) return `${number} B`;
  const units = ["kB", "MB", "GB", "TB", "PB"];
  let value = number / 1000;
  let unit = 0;
  while (value >= 999.5 && unit + 1 < units.length) { value /= 1000; unit += 1; }
  return `${value.toFixed(value < 99.95 ? 1 : 0)} ${units[unit]}`;
}

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

/** `10:11:12` of today, else with the day. */
export function shortTime(at) {
  const text = time(at);
  const today = time(now("wall")).slice(0, 10);
  return text.startsWith(today) ? text.slice(11) : text;
}

export function span(from, until) {
  const whole = Math.max(0, Math.floor(until - from));
  if (whole < 5) return "moments";
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86400)} d`;
}

/** How long ago a time was; it is kept up to date. */
export function ago(at, which = "wall", format = (text) => `${text} ago`) {
  const element = el("time", { datetime: new Date(seconds(at) * 1000).toISOString(), title: `${time(at)} UTC` });
  element.tick = () => { element.textContent = format(span(seconds(at), now(which))); };
  element.dataset.tick = "";
  element.tick();
  return element;
}

export const since = (at, which) => ago(at, which, (text) => `for ${text}`);

/** The room inside an element, in px without its padding. */
export function inner(element) {
  const style = getComputedStyle(element);
  return element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
}

setInterval(() => document.querySelectorAll("[data-tick]").forEach((element) => element.tick?.()), 5000);
