// The runbooks: one page an alarm, and the list of them.

import { get } from "./api.js";
import { severity } from "./alarms.js";
import { command } from "./command.js";
import { el, fromServer } from "./dom.js";
import { BRACED, fields, fillable, placeholdersIn, valuesFor } from "./placeholders.js";
import { shortTime } from "./text.js";

export function runbooksPage() {
  return {
    title: "Runbooks",
    topics: [],
    load: async (signal) => {
      const { runbooks, html } = await get("/api/runbooks", signal);
      return el("div", { class: "page", "data-testid": "runbooks" },
        el("h1", {}, "Runbooks"),
        html && el("div", { class: "prose" }, withCopying(fromServer(html))),
        runbooks.length === 0 && el("p", { class: "empty" }, "This project has no runbooks: runbooks/ is where they belong, a page for each alarm."),
        el("ul", { class: "runbook-list" }, runbooks.map((runbook) => el("li", {},
          el("a", { href: `/runbooks/${encodeURIComponent(runbook.name)}` }, runbook.name), " ", severity(runbook),
          el("span", { class: "note" }, (runbook.title ?? "").replace(`${runbook.name}: `, ""))))));
    },
  };
}

export function runbookPage(name, query) {
  return {
    title: name.replace(/\.md$/, ""),
    topics: ["alarms", "notices"],
    load: async (signal) => {
      const [runbook, { alarms }, file] = await Promise.all([
        get(`/api/runbooks/${encodeURIComponent(name)}`, signal),
        get("/api/alarms", signal),
        query.get("file") && get(`/api/files/${encodeURIComponent(query.get("file"))}`, signal),
      ]);
      const about = alarms.filter((alarm) => alarm.runbook === `/runbooks/${runbook.name}` && !alarm.is_part);
      return render(runbook, about, query, file);
    },
  };
}

function render(runbook, about, query, file) {
  // The server lists the worst first.
  const alarm = about.find((known) => [known.short, known.name].includes(query.get("alarm"))) ?? about[0];
  const scope = ["runbook", runbook.name, alarm?.short, file?.short].filter(Boolean).join("-");
  const values = valuesFor(scope, known(alarm, file));
  const content = fromServer(runbook.html);
  const texts = (selector) => [...content.querySelectorAll(selector)].map((code) => code.textContent);
  const names = [...new Set([...placeholdersIn(texts("pre > code")), ...placeholdersIn(texts("code"), BRACED)])];
  return el("article", { class: "page", "data-testid": "runbook" },
    el("p", { class: "crumbs" }, el("a", { href: "/runbooks" }, "Runbooks")),
    el("h1", {}, runbook.title ?? runbook.name, " ", severity(runbook)),
    about.length > 0 && el("p", { class: "hint" }, "Now: ", about.map((each, index) => [
      index > 0 && ", ", el("a", { href: `/alarms/${encodeURIComponent(each.short)}` }, each.short), ` is ${each.state}`,
      about.length > 1 && each !== alarm && [" (", el("a", { href: `/runbooks/${runbook.name}?alarm=${encodeURIComponent(each.short)}` }, "its commands"), ")"]])),
    names.length > 0 && el("section", { class: "about", "aria-labelledby": "about" },
      el("h2", { id: "about" }, "What the commands below are about"),
      el("p", { class: "hint" }, source(alarm, file, names)),
      fields(values, names, alarm?.context.files)),
    el("div", { class: "prose" }, withCopying(content, values)));
}

/** What is known of the placeholders: of the file that the link names, else of the alarm. */
function known(alarm, file) {
  const ofFile = file ? { file_id: file.short, ...(file.dataset && { dataset: file.dataset }) } : {};
  return { ...alarm?.context.values, ...ofFile };
}

/** Where the values come from, in a sentence. */
function source(alarm, file, names) {
  if (file) return `Filled in from the file ${file.key}.`;
  const { values = {}, page_at: pageAt = null } = alarm?.context ?? {};
  const filled = names.filter((name) => values[name]);
  if (filled.length === 0) return "Nothing is known of it now: fill it in here before you copy a command.";
  const page = pageAt && values.file_id ? `, whose page came at ${shortTime(pageAt)} UTC` : "";
  return `Filled in from ${alarm.short}${page}. Check it, or choose another.`;
}

/** Gives each block of commands its button, and fills in what stands in other code. */
function withCopying(content, values = null) {
  for (const block of content.querySelectorAll("pre > code")) {
    const copied = command(block.textContent.trimEnd(), values);
    copied.classList.add("block");
    block.parentElement.replaceWith(copied);
  }
  if (values) for (const code of content.querySelectorAll(":not(.command) > code")) code.replaceChildren(...fillable(code.textContent, values, BRACED));
  return content;
}
