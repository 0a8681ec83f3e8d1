// The page of one alarm.

import { get } from "./api.js";
import { badge, firstStep, links, reason, severity, table } from "./alarms.js";
import { el } from "./dom.js";
import { Panels } from "./panels.js";
import { theme } from "./theme-choice.js";
import { time } from "./format.js";
import { inner, since } from "./text.js";

const STATES = { ALARM: "in alarm", OK: "OK", INSUFFICIENT_DATA: "too little data" };

/** Milliseconds after which the graph is drawn again. */
const PAUSE = 10_000;
/** How wide a page of text is at most, in px. */
const WIDEST = 1160;

export function alarmPage(name) {
  const page = { title: name, topics: ["alarms", "notices"] };
  const panels = new Panels(el("div", { class: "panels graph" }));
  let again = () => {};
  let timer = null;
  page.load = async (signal, main) => {
    const query = new URLSearchParams({ width: Math.floor(Math.min(WIDEST, inner(main))), theme: theme() });
    try {
      const alarm = await get(`/api/alarms/${encodeURIComponent(name)}?${query}`, signal);
      page.named = `${alarm.short} is ${STATES[alarm.state]}`;
      if (alarm.graph) panels.show([alarm.graph], alarm.graph.box.height);
      return render(alarm, panels.place);
    } finally {
      clearTimeout(timer);
      if (!signal.aborted) timer = setTimeout(() => again(), PAUSE);
    }
  };
  page.follow = (refresh) => { again = () => (document.hidden ? undefined : refresh()); };
  page.themed = () => again();
  page.close = () => {
    clearTimeout(timer);
    panels.close();
  };
  return page;
}

function render(alarm, graph) {
  return el("article", { class: "page", "data-testid": "alarm", "data-state": alarm.state },
    el("p", { class: "crumbs" }, el("a", { href: "/alarms" }, "Alarms")),
    el("h1", {}, alarm.short, " ", badge(alarm.state), " ", severity(alarm)),
    el("p", { class: "lead" }, alarm.summary, " ", el("span", { class: "since" }, `${STATES[alarm.state].replace(/^./, (letter) => letter.toUpperCase())} `, since(alarm.since, "cloudwatch"), `, since ${time(alarm.since)}.`)),
    el("p", { class: "links" }, links(alarm)),
    el("dl", { class: "facts" },
      fact("Why", reason(alarm)),
      alarm.evaluation_error && fact("Not judged", `The newest evaluation failed, and the state is an older one: ${alarm.evaluation_error}`),
      alarm.suppressed && fact("Suppressed", "Its actions are suppressed by another alarm that is on."),
      alarm.first_step && fact("First step", el("div", { class: "step" }, firstStep(alarm))),
      fact("Alarms when", alarm.condition),
      fact("Name", alarm.name)),
    alarm.graph && section("graph", alarm.graph.of === alarm.short ? "What it watches" : ["What ", el("a", { href: `/alarms/${encodeURIComponent(alarm.graph.of)}` }, alarm.graph.of), " watches, which is on"], graph,
      el("p", { class: "links downloads" }, "This graph as ", file(alarm, "png", "PNG"), file(alarm, "svg", "SVG"))),
    alarm.children.length > 0 && section("children", "What it is made of", table(alarm.children)),
    alarm.parents.length > 0 && section("parents", "Alarms that it feeds", table(alarm.parents)),
    section("history", "History", alarm.history.length === 0 ? el("p", { class: "hint" }, "Nothing has happened to it since the start.")
      : el("ol", { class: "history", "data-testid": "history" }, alarm.history.map(event))));
}

const fact = (name, ...value) => [el("dt", {}, name), el("dd", {}, ...value)];

const section = (id, name, ...content) => el("section", { "aria-labelledby": id }, el("h2", { id }, name), ...content);

const file = (alarm, kind, name) => el("a", { href: `/alarms/${encodeURIComponent(alarm.short)}.${kind}?theme=${theme()}`, target: "_blank", rel: "noopener" }, name);

function event(item) {
  const text = {
    state: () => [el("span", { class: "move" }, badge(item.from), el("span", { "aria-label": "to" }, " → "), badge(item.to)), el("p", {}, item.detail.replace(/^Threshold Crossed: /, ""))],
    action: () => [el("span", {}, "notified ", el("code", {}, item.detail.split(":").pop()))],
    configuration: () => [el("span", {}, item.summary)],
  };
  return el("li", { "data-kind": item.kind }, el("time", { datetime: new Date(item.at * 1000).toISOString() }, time(item.at)), el("div", {}, text[item.kind]()));
}
