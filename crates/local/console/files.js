// The page of all files, the newest first.

import { get } from "./api.js";
import { command } from "./command.js";
import { announce, el } from "./dom.js";
import { bytes, counted, duration, grouped, seconds } from "./format.js";
import { ago } from "./text.js";

export const STATES = ["received", "processing", "available", "rejected", "failed", "duplicate", "unroutable", "discarded"];
const MEANINGS = {
  received: "it has arrived and waits",
  processing: "it is being read and checked",
  available: "its data can be read, and its readers have been notified",
  rejected: "it breaks its contract, and its sender has been notified why",
  failed: "the pipeline itself could not finish it",
  duplicate: "the same content came before",
  unroutable: "no contract claims it",
  discarded: "a person discarded it",
};

export const badge = (state) => el("span", { class: "badge", "data-state": state, title: MEANINGS[state], "data-testid": "file-state" }, state);

/** The states of the files when the page was made last, to see which has changed. */
let before = new Map();

export function filesPage(query, go) {
  const page = { title: "Files", topics: ["files"] };
  page.load = async (signal) => render(await get(`/api/files?${query}`, signal), query, go);
  page.close = () => { before = new Map(); };
  return page;
}

function render(data, query, go) {
  const fresh = data.files.filter((file) => before.size > 0 && before.get(file.id) !== file.state);
  if (fresh.length > 0) announce(fresh.map((file) => `${file.key} is ${file.state}`).join(", "));
  before = new Map(data.files.map((file) => [file.id, file.state]));
  return el("div", { class: "page", "data-testid": "files" },
    el("h1", {}, "Files"),
    filters(data, query, go),
    data.files.length === 0 ? empty(query) : table(data.files, new Set(fresh.map((file) => file.id))),
    !data.is_complete && el("p", { class: "hint" }, "There may be older ones: ", el("code", {}, "atalaya files --limit N"), " lists them."));
}

function filters(data, query, go) {
  const choose = (name, value) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value); else next.delete(name);
    go(next.size > 0 ? `/files?${next}` : "/files", { instead: true });
  };
  const select = (name, label, values) => el("label", { for: `filter-${name}` }, label,
    el("select", { id: `filter-${name}`, "data-testid": `filter-${name}`, on: { change: (event) => choose(name, event.target.value) } },
      el("option", { value: "" }, "all"),
      values.map((value) => el("option", { value, selected: query.get(name) === value }, value))));
  const isShown = query.get("canary") === "shown";
  return el("form", { class: "filters", "aria-label": "Which files", on: { submit: (event) => event.preventDefault() } },
    select("dataset", "Dataset", [...new Set([...data.datasets, query.get("dataset")].filter(Boolean))]),
    select("state", "State", STATES),
    data.canaries > 0 && !query.get("dataset") && el("label", { class: "check", for: "filter-canary" },
      el("input", { type: "checkbox", id: "filter-canary", checked: isShown, on: { change: (event) => choose("canary", event.target.checked ? "shown" : "") } }),
      `show ${counted(data.canaries, "canary file")}`));
}

function empty(query) {
  const isFiltered = query.get("dataset") || query.get("state");
  if (isFiltered) return el("p", { class: "empty" }, "No file matches these filters.");
  return el("div", { class: "empty" }, el("p", {}, "No file has arrived yet."), howToSend());
}

/** How a feed begins, with the demo's files. */
export const howToSend = () => el("div", { class: "start" },
  el("p", {}, "Publish the contract of a feed, then send a file of it. With those of the demo, in the project's folder:"),
  el("p", {}, command("atalaya contract publish crates/cli/demo/contracts/*.odcs.yaml")),
  el("p", {}, command("atalaya upload crates/cli/demo/files/acme-orders.csv --dataset orders --wait")));

function table(files, fresh) {
  const heads = [["State"], ["File"], ["Dataset"], ["Rows", "number"], ["Rejected", "number"], ["Size", "number"], ["Took", "number"], ["Arrived", "number"]];
  return el("table", { class: "list files" },
    el("thead", {}, el("tr", {}, heads.map(([name, kind]) => el("th", { scope: "col", class: kind }, name)))),
    el("tbody", {}, files.map((file) => row(file, fresh.has(file.id)))));
}

function row(file, isFresh) {
  const took = file.ended_at ? duration(seconds(file.ended_at) - seconds(file.created_at)) : "";
  const rejected = file.rows?.rejected;
  return el("tr", { class: isFresh && "fresh", "data-testid": `file-${file.short}`, "data-key": file.key, "data-state": file.state },
    el("td", {}, badge(file.state)),
    el("th", { scope: "row" }, el("a", { href: `/files/${file.short}`, id: `file-${file.short}` }, file.key), file.why && el("span", { class: "note" }, file.why)),
    el("td", { class: !file.dataset && "none" }, file.dataset ?? "–"),
    number("rows", file.rows && grouped(file.rows.read)),
    number("rejected", file.rows && grouped(rejected), rejected > 0),
    number("size", bytes(file.size)),
    number("took", took),
    el("td", { class: "number", "data-label": "arrived" }, ago(file.created_at)));
}

const number = (label, text, isBad) => el("td", { class: `number${isBad ? " bad" : ""}${text ? "" : " none"}`, "data-label": label }, text || "–");
