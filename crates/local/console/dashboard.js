// The page of a dashboard: its panels, the time range, the variables, and where to get it as a file.

import { get } from "./api.js";
import { active, line } from "./alarms.js";
import { el } from "./dom.js";
import { howToSend } from "./files.js";
import { Panels } from "./panels.js";
import { theme } from "./theme-choice.js";
import { inner, now } from "./text.js";

/** Milliseconds between two looks; a fast clock's metrics change faster. */
const pause = (speed) => Math.max(2000, Math.min(10_000, 60_000 / speed));
const NAMES = { "15m": "15 min", "1h": "1 h", "3h": "3 h", "12h": "12 h", "1d": "1 day", "1w": "1 week" };

export function dashboardPage(entry, ranges, opened, go, status) {
  let query = opened;
  const page = { title: entry.title, topics: ["files", "alarms"] };
  let view = null;
  let timer = null;
  let observer = null;
  let width = 0;
  let again = () => {};

  const schedule = () => {
    clearTimeout(timer);
    // Between two times nothing changes any more.
    if (query.get("end")) return;
    timer = setTimeout(() => (document.hidden ? schedule() : again()), pause(status().speed));
  };

  page.load = async (signal, main) => {
    width = Math.max(200, Math.min(4000, Math.floor(view?.root.isConnected ? view.place.clientWidth : inner(main))));
    const request = new URLSearchParams(query);
    request.set("width", width);
    request.set("theme", theme());
    try {
      const [data, { alarms }] = await Promise.all([get(`/api/dashboards/${encodeURIComponent(entry.name)}?${request}`, signal), get("/api/alarms", signal)]);
      view ??= makeView(entry, ranges, () => query, go);
      view.update(data, alarms, request);
    } finally {
      if (!signal.aborted) schedule();
    }
    return main.contains(view.root) ? null : view.root;
  };
  page.shown = (main) => {
    view?.drawn();
    if (observer || !view) return;
    observer = new ResizeObserver(() => { if (Math.abs(view.place.clientWidth - width) > 1) again(); });
    observer.observe(view.place);
  };
  page.turn = (url) => {
    query = url.searchParams;
    return true;
  };
  page.follow = (refresh) => { again = refresh; };
  page.themed = () => again();
  page.close = () => {
    clearTimeout(timer);
    observer?.disconnect();
    view?.panels.close();
  };
  return page;
}

function makeView(entry, ranges, query, go) {
  const place = el("div", { class: "panels", "data-testid": "panels" });
  const panels = new Panels(place);
  const rangeText = el("p", { class: "hint", id: "range-text" });
  const alarmsOn = el("div", { class: "alarms-on" });
  const empty = el("div", { class: "empty", "data-testid": "no-values", hidden: true });
  const variables = el("div", { class: "variables" });
  const picker = rangePicker(ranges, query(), (changes) => navigate(changes));
  const downloads = el("p", { class: "links downloads" });
  const root = el("div", { class: "board", "data-testid": `dashboard-${entry.short}` },
    el("div", { class: "controls" }, el("h1", {}, entry.title), variables, picker.root),
    alarmsOn,
    empty,
    place,
    el("div", { class: "below" }, rangeText, downloads));

  function navigate(changes) {
    const next = new URLSearchParams(query());
    for (const [name, value] of Object.entries(changes)) if (value) next.set(name, value); else next.delete(name);
    go(next.size > 0 ? `${location.pathname}?${next}` : location.pathname, { instead: true });
  }

  let data = null;
  return {
    root, place, panels,
    update(fresh, alarms, request) {
      data = fresh;
      rangeText.textContent = `Shown: ${fresh.range.text}.`;
      showActive(alarmsOn, fresh.panels.some((panel) => panel.kind === "alarms") ? active(alarms) : []);
      showEmpty(empty, fresh.variables);
      picker.mark(fresh.range);
      showVariables(variables, fresh.variables, (id, value) => navigate({ [`var.${id}`]: value }));
      const file = new URLSearchParams(request);
      file.delete("width");
      const link = (kind, name) => el("a", { href: `/dashboards/${encodeURIComponent(entry.short)}.${kind}?${file}`, target: "_blank", rel: "noopener" }, name);
      downloads.replaceChildren("This dashboard as ", link("png", "PNG"), link("svg", "SVG"), link("json", "its body (JSON)"));
      if (root.isConnected) this.drawn();
    },
    /** Draws once the view is in the page. */
    drawn() {
      if (data) panels.show(data.panels, data.height);
    },
  };
}

/** The alarms that are on, before everything else: the panels below list them by what they are about. */
function showActive(place, alarms) {
  const key = JSON.stringify(alarms.map((alarm) => [alarm.short, alarm.state, alarm.since]));
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.replaceChildren(alarms.length === 0 ? "" : el("section", { "aria-labelledby": "alarms-on" },
    el("h2", { id: "alarms-on" }, "In alarm"),
    el("ul", { class: "alarm-lines" }, alarms.map(line))));
}

/** Says that what a variable is to be chosen from does not exist yet, and how it begins. */
function showEmpty(place, variables) {
  const missing = variables.find((variable) => variable.value === null && variable.values.length === 0 && variable.input !== "input");
  place.hidden = !missing;
  if (missing && place.childElementCount === 0) {
    place.append(el("p", {}, `There is no ${missing.label.toLowerCase()} yet: none has sent a file.`), howToSend());
  }
}

/** Fields for the variables; rebuilt only when their values change, so that an open list stays open. */
function showVariables(place, variables, choose) {
  const key = JSON.stringify(variables);
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  const focused = document.activeElement?.id;
  const isChoice = (variable) => variable.input === "input" || variable.value !== null || variable.values.length > 0;
  place.replaceChildren(...variables.filter(isChoice).map((variable) => {
    const id = `variable-${variable.id}`;
    const change = (event) => choose(variable.id, event.target.value);
    if (variable.input === "input") {
      return el("label", { for: id }, variable.label, el("input", { id, value: variable.value ?? "", "data-testid": id, on: { change } }));
    }
    return el("label", { for: id }, variable.label,
      el("select", { id, "data-testid": id, on: { change } },
        variable.value === null && el("option", { value: "" }, "none yet"),
        variable.values.map(([value, name]) => el("option", { value, selected: value === variable.value }, name))));
  }));
  if (focused && place.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused).focus();
}

/** Buttons for ranges up to now, of which one is on, and two fields for a range between two times. */
function rangePicker(ranges, query, navigate) {
  const buttons = ranges.map((range) => el("button", {
    type: "button", role: "radio", "aria-checked": "false", tabindex: "-1", "data-range": range, "data-testid": `range-${range}`,
    on: { click: () => navigate({ since: range, start: null, end: null }) },
  }, NAMES[range] ?? range));
  const custom = el("button", { type: "button", class: "custom", "aria-expanded": "false", "aria-controls": "between", "data-testid": "range-custom" }, "From – to");
  const group = el("div", { role: "radiogroup", class: "ranges", "aria-label": "Time range" }, buttons);
  group.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    const here = buttons.indexOf(document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    const next = buttons[(here + step + buttons.length) % buttons.length];
    next.focus();
    next.click();
  });
  const field = (id, label, value) => el("label", { for: id }, label, el("input", { type: "datetime-local", id, "data-testid": id, value, required: true }));
  const local = (at) => (at ? new Date(at).toISOString().slice(0, 16) : "");
  const between = el("form", { id: "between", class: "between", hidden: true },
    field("range-start", "From (UTC)", local(query.get("start") ?? (now("cloudwatch") - 3600) * 1000)),
    field("range-end", "To (UTC)", local(query.get("end") ?? now("cloudwatch") * 1000)),
    el("button", { type: "submit", class: "quiet" }, "Show"));
  const open = (isOpen) => {
    between.hidden = !isOpen;
    custom.setAttribute("aria-expanded", String(isOpen));
  };
  custom.addEventListener("click", () => {
    open(between.hidden);
    if (!between.hidden) between.querySelector("input").focus();
  });
  between.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(false);
    custom.focus();
  });
  between.addEventListener("submit", (event) => {
    event.preventDefault();
    const [start, end] = ["range-start", "range-end"].map((id) => `${between.querySelector(`#${id}`).value}:00Z`);
    navigate({ since: null, start, end });
  });
  return {
    root: el("div", { class: "picker" }, group, custom, between),
    mark(range) {
      let marked = false;
      for (const button of buttons) {
        const isOn = button.dataset.range === range.since;
        button.setAttribute("aria-checked", String(isOn));
        button.tabIndex = isOn ? 0 : -1;
        marked ||= isOn;
      }
      if (!marked) buttons[0].tabIndex = 0;
      custom.classList.toggle("on", !range.since);
    },
  };
}
