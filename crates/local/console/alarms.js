// The page of all alarms: what is wrong first, then what cannot be judged, then what is fine.

import { get } from "./api.js";
import { command } from "./command.js";
import { el, link } from "./dom.js";
import { counted } from "./format.js";
import { fields, placeholdersIn, valuesFor } from "./placeholders.js";
import { since } from "./text.js";

const NAMES = { ALARM: "in alarm", INSUFFICIENT_DATA: "too little data", OK: "OK" };
const SEVERITIES = {
  page: "page: somebody acts now, at any hour",
  ticket: "ticket: it can wait for working hours",
  none: "it notifies nobody: it only feeds another alarm",
};

export const badge = (state) => el("span", { class: "badge", "data-state": state, "data-testid": "alarm-state" }, NAMES[state] ?? state);

export const severity = (alarm) => alarm.severity && el("span", { class: "tag", "data-severity": alarm.severity, title: SEVERITIES[alarm.severity] }, alarm.severity);

export const address = (alarm) => `/alarms/${encodeURIComponent(alarm.short)}`;

/** Why the alarm is as it is, without what all reasons begin with. */
export const reason = (alarm) => alarm.reason.replace(/^Threshold Crossed: /, "");

export function alarmsPage() {
  return { title: "Alarms", topics: ["alarms", "notices"], load: async (signal) => render(await get("/api/alarms", signal)) };
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
    unknown.length > 0 && group("unknown", "Too little data", "Their metrics had no data in the time that the alarm looks at. After a start, and with little traffic, that is usual.", unknown, false),
    fine.length > 0 && group("fine", "OK", "", fine, true),
    parts.length > 0 && group("parts", "Parts of other alarms", "They notify nobody: the burn rates of the service level are made of them.", parts, false));
}

function lead(on, unknown, fine) {
  const rest = [fine.length > 0 && `${fine.length} OK`, unknown.length > 0 && `${unknown.length} with too little data`].filter(Boolean).join(", ");
  if (on.length === 0) return rest ? `No alarm is on: ${rest}.` : "";
  return `${counted(on.length, "alarm")} ${on.length === 1 ? "is" : "are"} on${rest ? `; ${rest}` : ""}.`;
}

/** The alarms that are on and call somebody, the worst first as the server lists them. */
export const active = (alarms) => alarms.filter((alarm) => alarm.state === "ALARM" && !alarm.is_part);

/** An alarm in a line of a list. */
export const line = (alarm) => el("li", { "data-testid": `on-${alarm.short}`, "data-severity": alarm.severity },
  badge(alarm.state), el("a", { href: address(alarm) }, alarm.short), severity(alarm),
  el("span", { class: "summary" }, alarm.summary), el("span", { class: "since" }, since(alarm.since, "cloudwatch")));

/** An alarm that is on: what it is, why, and what to do. */
export function card(alarm) {
  return el("li", { class: "card", "data-testid": `alarm-${alarm.short}`, "data-state": alarm.state },
    el("h3", {}, badge(alarm.state), " ", el("a", { href: address(alarm), id: `link-${alarm.short}` }, alarm.short), " ", severity(alarm), el("span", { class: "since" }, since(alarm.since, "cloudwatch"))),
    el("p", { class: "what" }, alarm.summary),
    el("p", { class: "why" }, el("span", { class: "label" }, "Why "), reason(alarm)),
    alarm.first_step && el("div", { class: "step" }, el("span", { class: "label" }, "First step "), firstStep(alarm)),
    el("p", { class: "links" }, links(alarm)));
}

/** What to do first: commands that can be copied, the words around them, and fields for what they leave open. */
export function firstStep(alarm) {
  const values = valuesFor(alarm.short, alarm.context.values);
  const commands = alarm.first_step.flatMap((part) => part.command ?? []);
  const open = placeholdersIn(commands).filter((name) => !alarm.context.values[name]);
  return [
    ...alarm.first_step.map((part) => (part.command ? command(part.command, values) : el("span", {}, part.prose))),
    fields(values, open, alarm.context.files),
  ];
}

/** The runbook of the alarm, in which its commands are about this alarm. */
export const runbook = (alarm) => alarm.runbook && (alarm.runbook.startsWith("/") ? `${alarm.runbook}?alarm=${encodeURIComponent(alarm.short)}` : alarm.runbook);

export const links = (alarm) => [
  alarm.runbook && link(runbook(alarm), "Runbook"),
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
