// The page of all notices: who received what, and when. The newest stand first.

import { get } from "./api.js";
import { announce, el, linked } from "./dom.js";
import { counted, time } from "./format.js";
import { ago, shortTime } from "./text.js";

const AUDIENCES = { user: "data user", page: "on-call page", ticket: "on-call ticket" };

let before = 0;

export function noticesPage(query, go) {
  const page = { title: "Notices", topics: ["notices"] };
  page.load = async (signal) => render(await get("/api/notices", signal), query, go);
  page.close = () => { before = 0; };
  return page;
}

function render({ notices }, query, go) {
  if (before > 0 && notices.length > before) announce(`${counted(notices.length - before, "new notice")}: ${notices[0].subject}`);
  const fresh = before > 0 ? notices.length - before : 0;
  before = notices.length;
  const [to, user] = [query.get("to"), query.get("user")];
  const isWanted = (notice) => (!to || notice.audience === to) && (!user || notice.user === user);
  const shown = notices.map((notice, index) => [notice, index < fresh]).filter(([notice]) => isWanted(notice));
  return el("div", { class: "page", "data-testid": "notices" },
    el("h1", {}, "Notices"),
    el("p", { class: "lead" }, "What Atalaya sent: to users who subscribed to datasets, and to who is on call."),
    filters(notices, query, go),
    shown.length === 0 ? el("p", { class: "empty" }, notices.length === 0 ? "No notice has been sent yet. One comes when a file has ended, or when an alarm goes on or off." : "No notice matches these filters.")
      : el("ol", { class: "notices" }, shown.map(([notice, isFresh]) => item(notice, isFresh))));
}

function filters(notices, query, go) {
  const choose = (name, value) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value); else next.delete(name);
    go(next.size > 0 ? `/notices?${next}` : "/notices", { instead: true });
  };
  const select = (name, label, values) => el("label", { for: `filter-${name}` }, label,
    el("select", { id: `filter-${name}`, "data-testid": `filter-${name}`, on: { change: (event) => choose(name, event.target.value) } },
      el("option", { value: "" }, "all"),
      values.map(([value, text]) => el("option", { value, selected: query.get(name) === value }, text))));
  const users = [...new Set(notices.map((notice) => notice.user))].sort();
  return el("form", { class: "filters", "aria-label": "Which notices", on: { submit: (event) => event.preventDefault() } },
    select("to", "To", Object.entries(AUDIENCES)),
    select("user", "Person", users.map((user) => [user, user])));
}

function item(notice, isFresh) {
  return el("li", { class: isFresh ? "notice fresh" : "notice", "data-testid": "notice", "data-audience": notice.audience },
    el("details", { id: `notice-${notice.id}-${notice.user}` },
      el("summary", {},
        el("span", { class: "tag", "data-audience": notice.audience }, AUDIENCES[notice.audience]),
        el("strong", { class: "who" }, notice.user),
        el("span", { class: "subject" }, notice.subject || "(no subject)"),
        el("span", { class: "when", title: `${time(notice.at)} UTC` }, `${shortTime(notice.at)} · `, ago(notice.at))),
      el("div", { class: "body" },
        text(notice),
        el("p", { class: "links" },
          notice.file && el("a", { href: `/files/${notice.file.slice(0, 8)}` }, "The file"),
          notice.alarm && el("a", { href: `/alarms/${encodeURIComponent(notice.alarm)}` }, "The alarm"),
          el("span", { class: "hint" }, `by ${notice.topic}`)),
        notice.document && el("details", { class: "raw", id: `raw-${notice.id}-${notice.user}`, "data-testid": "raw" },
          el("summary", {}, "What programs receive (JSON)"),
          el("pre", {}, JSON.stringify(notice.document, null, 2))))));
}

/** The notice as its reader gets it by mail. A message for programs alone has no text but itself. */
function text(notice) {
  const isDocument = notice.document && notice.text.trimStart().startsWith("{");
  return isDocument ? el("p", { class: "hint" }, "This message has no text for people, only a document for programs.")
    : el("pre", { class: "mail", "data-testid": "notice-text" }, linked(notice.text));
}
