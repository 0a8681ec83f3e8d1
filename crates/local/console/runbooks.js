// The runbooks: one page an alarm, and the list of them.

import { get } from "./api.js";
import { command, el, fromServer } from "./dom.js";
import { severity } from "./alarms.js";

export function runbooksPage() {
  return {
    title: "Runbooks",
    topics: [],
    load: async (signal) => {
      const { runbooks, html } = await get("/api/runbooks", signal);
      return el("div", { class: "page", "data-testid": "runbooks" },
        el("h1", {}, "Runbooks"),
        html && el("div", { class: "prose" }, withCopying(fromServer(html))),
        el("ul", { class: "shelf" }, runbooks.map((runbook) => el("li", {},
          el("a", { href: `/runbooks/${encodeURIComponent(runbook.name)}` }, runbook.name), " ", severity(runbook),
          el("span", { class: "note" }, (runbook.title ?? "").replace(`${runbook.name}: `, ""))))));
    },
  };
}

export function runbookPage(name) {
  return {
    title: name.replace(/\.md$/, ""),
    topics: ["alarms"],
    load: async (signal) => {
      const runbook = await get(`/api/runbooks/${encodeURIComponent(name)}`, signal);
      const { alarms } = await get("/api/alarms", signal);
      const about = alarms.filter((alarm) => alarm.runbook === `/runbooks/${runbook.name}` && !alarm.is_part);
      return el("article", { class: "page", "data-testid": "runbook" },
        el("p", { class: "crumbs" }, el("a", { href: "/runbooks" }, "Runbooks")),
        el("h1", {}, runbook.title ?? runbook.name, " ", severity(runbook)),
        about.length > 0 && el("p", { class: "hint" }, "Now: ", about.map((alarm, index) => [
          index > 0 && ", ", el("a", { href: `/alarms/${encodeURIComponent(alarm.short)}` }, alarm.short), ` is ${alarm.state}`])),
        el("div", { class: "prose" }, withCopying(fromServer(runbook.html))));
    },
  };
}

/** Gives each block of commands its button. */
function withCopying(content) {
  for (const block of content.querySelectorAll("pre > code")) {
    const copied = command(block.textContent.trimEnd());
    copied.classList.add("block");
    block.parentElement.replaceWith(copied);
  }
  return content;
}
