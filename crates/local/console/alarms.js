// The page of all alarms: what is wrong first, then what cannot be judged, then what is fine.

import { get } from "./api.js";
import { command, el, link } from "./dom.js";
import { counted } from "./format.js";
import { since } from "./words.js";

const NAMES = { ALARM: "in alarm", INSUFFICIENT_DATA: "too little data", OK: "OK" };
const SEVERITIES = {
  page: "page: somebody acts now, at any hour",
  ticket: "ticket: it can wait for working hours",
  none: "nobody is told: it only feeds another alarm",
};

export const badge = (state) => el("span", { class: "badge", "data-state": state, "data-testid": "alarm-state" }, NAMES[state] ?? state);

export const severity = (alarm) => alarm.severity && el("span", { class: "tag", "data-severity": alarm.severity, title: SEVERITIES[alarm.severity] }, alarm.severity);

export const address = (alarm) => `/alarms/${encodeURIComponent(alarm.short)}`;

/** Why the alarm is as it is; the words that all reasons begin with say nothing. */
export const reason = (alarm) => alarm.reason.replace(/^Threshold Crossed: /, "");

export function alarmsPage() {
  return { title: "Alarms", topics: ["alarms"], load: async (signal) => render(await get("/api/alarms", signal)) };
}

function render({ alarms }) {
  const own = alarms.filter((alarm) => !alarm.is_part);
  const parts = alarms.filter((alarm) => alarm.is_part);
  const of = (state) => own.filter((alarm) => alarm.state === state);
  const [on, unknown, fine] = [of("ALARM"), of("INSUFFICIENT_DATA"), of("OK")];
  return el("div", { class: "page", "data-testid": "alarms" },
    el("h1", {}, "Alarms"),
    el("p", { class: "lead" }, lead(on, unknown, fine)),
    alarms.length === 0 && el("p", {}, "This project declares no alarms: alarms/template.yaml is where they belong."),
    on.length > 0 && el("section", { "aria-labelledby": "on" }, el("h2", { id: "on" }, "In alarm"), el("ul", { class: "cards" }, on.map(card))),
    unknown.length > 0 && group("unknown", "Too little data", "Their metrics have told nothing in the time that the alarm looks at. After a start, and with little traffic, that is usual.", unknown, false),
    fine.length > 0 && group("fine", "OK", "", fine, true),
    parts.length > 0 && group("parts", "Parts of other alarms", "Nobody is told of these: they are what the burn rates of the service level are made of.", parts, false));
}

function lead(on, unknown, fine) {
  const rest = [fine.length > 0 && `${fine.length} OK`, unknown.length > 0 && `${unknown.length} with too little data`].filter(Boolean).join(", ");
  if (on.length === 0) return rest ? `No alarm is on: ${rest}.` : "";
  return `${counted(on.length, "alarm")} ${on.length === 1 ? "is" : "are"} on${rest ? `; ${rest}` : ""}.`;
}

/** An alarm that is on: what it is, why, and what to do. */
export function card(alarm) {
  return el("li", { class: "card", "data-testid": `alarm-${alarm.short}`, "data-state": alarm.state },
    el("h3", {}, badge(alarm.state), " ", el("a", { href: address(alarm), id: `link-${alarm.short}` }, alarm.short), " ", severity(alarm), el("span", { class: "since" }, since(alarm.since, "cloudwatch"))),
    el("p", { class: "what" }, alarm.summary),
    el("p", { class: "why" }, el("span", { class: "label" }, "Why "), reason(alarm)),
    alarm.first_step && el("p", { class: "step" }, el("span", { class: "label" }, "First step "), command(alarm.first_step)),
    el("p", { class: "links" }, links(alarm)));
}

export const links = (alarm) => [
  alarm.runbook && link(alarm.runbook, "Runbook"),
  alarm.dashboard && link(alarm.dashboard, "Dashboard"),
];

function group(id, name, explanation, alarms, isOpen) {
  return el("details", { class: "group", id, open: isOpen },
    el("summary", {}, el("h2", {}, `${name} (${alarms.length})`)),
    explanation && el("p", { class: "hint" }, explanation),
    table(alarms));
}

/** Alarms in a line each. */
export function table(alarms) {
  return el("table", { class: "list alarms" },
    el("thead", {}, el("tr", {}, ["Alarm", "State", "Severity", "What it watches", "Since"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, alarms.map((alarm) => el("tr", { "data-testid": `alarm-${alarm.short}`, "data-state": alarm.state },
      el("th", { scope: "row" }, el("a", { href: address(alarm), id: `link-${alarm.short}` }, alarm.short)),
      el("td", {}, badge(alarm.state)),
      el("td", {}, severity(alarm)),
      el("td", { class: "wide" }, alarm.summary),
      el("td", { class: "when" }, since(alarm.since, "cloudwatch"))))));
}
