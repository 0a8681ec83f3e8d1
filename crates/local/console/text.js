// Times that go on being told, and the clock that they are told by.

import { el } from "./dom.js";
import { age, seconds, time } from "./format.js";

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

/** `10:11:12` of today, else with the day. */
export function shortTime(at) {
  const text = time(at);
  const today = time(now("wall")).slice(0, 10);
  return text.startsWith(today) ? text.slice(11) : text;
}

/** How long ago a time was; it is kept up to date. */
export function ago(at, which = "wall", format = (text) => `${text} ago`) {
  const element = el("time", { datetime: new Date(seconds(at) * 1000).toISOString(), title: `${time(at)} UTC` });
  element.tick = () => { element.textContent = format(age(now(which) - seconds(at))); };
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
