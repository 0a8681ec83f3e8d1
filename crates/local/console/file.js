// The page of one file: what became of it, its timeline, what is wrong with it, and who was notified.

import { get } from "./api.js";
import { runbook } from "./alarms.js";
import { command } from "./command.js";
import { el, link } from "./dom.js";
import { badge } from "./files.js";
import { bytes, duration, grouped, seconds, time } from "./format.js";
import { ago, shortTime } from "./text.js";

export function filePage(id) {
  const page = { title: "File", topics: ["files", "notices", "alarms"] };
  page.load = async (signal) => {
    const [file, { alarms }] = await Promise.all([get(`/api/files/${encodeURIComponent(id)}`, signal), get("/api/alarms", signal)]);
    page.named = `${file.key} is ${file.state}`;
    return render(file, alarms.filter((alarm) => alarm.state === "ALARM" && alarm.context.files.some((named) => named.short === file.short)));
  };
  return page;
}

function render(file, alarms) {
  return el("article", { class: "page", "data-testid": "file", "data-state": file.state },
    el("p", { class: "crumbs" }, el("a", { href: "/files" }, "Files")),
    el("h1", {}, file.key, " ", badge(file.state)),
    el("p", { class: "lead" }, outcome(file)),
    alarms.length > 0 && el("p", { class: "links", "data-testid": "file-alarms" }, alarms.map((alarm) => [
      el("a", { href: `/alarms/${encodeURIComponent(alarm.short)}` }, `${alarm.short} is in alarm`),
      alarm.runbook && link(withFile(runbook(alarm), file), `Runbook of ${alarm.short}`)])),
    timeline(file),
    file.rejects?.length > 0 && rejects(file),
    file.warnings?.length > 0 && section("warnings", "Warnings", el("ul", {}, file.warnings.map((warning) => el("li", {}, warning)))),
    notices(file),
    section("facts", "Details", facts(file)));
}

function outcome(file) {
  const rows = file.rows && `${grouped(file.rows.read)} rows read = ${grouped(file.rows.accepted)} accepted + ${grouped(file.rows.rejected)} rejected.`;
  switch (file.state) {
    case "received": return "It has arrived and waits to be read.";
    case "processing": return "It is being read and checked.";
    case "available": return `Its data can be read. ${rows ?? ""}`;
    case "rejected": return `It breaks its contract and was not loaded. ${rows ?? ""}`;
    case "failed": return `The pipeline could not finish it: ${file.failure ?? "the reason is not known"}`;
    case "duplicate": return file.duplicate_of
      ? ["The same content as ", el("a", { href: `/files/${file.duplicate_of.short}` }, file.duplicate_of.key), `, which is ${file.duplicate_of.state}. It was not loaded again.`]
      : "The same content came before.";
    case "discarded": return `Discarded by ${file.recovery?.by ?? "a person"}${file.recovery?.reason ? `: ${file.recovery.reason}` : "."}`;
    case "unroutable": return `No contract claims it: ${file.reason ?? ""}`;
    default: return "";
  }
}

const section = (id, name, ...content) => el("section", { "aria-labelledby": id }, el("h2", { id }, name), ...content);

/** A runbook whose commands are about the file. */
const withFile = (address, file) => (address.startsWith("/") ? `${address}&file=${file.short}` : address);

/** What a file does in a state that it leaves again. */
const NEXT = { created: "until it was noticed", received: "of waiting", processing: "of reading and checking" };

/** Its states, and how long each took. */
function timeline(file) {
  const steps = [{ at: file.created_at, state: "created", note: "put into the inbox" }, ...file.history];
  const items = steps.map((step, index) => {
    const next = steps[index + 1];
    const took = next ? duration(seconds(next.at) - seconds(step.at)) : null;
    return el("li", { "data-state": step.state, "data-testid": `step-${step.state}` },
      el("span", { class: "dot", "aria-hidden": "true" }),
      step.state === "created" ? el("span", { class: "step-name" }, "created") : badge(step.state),
      el("time", { datetime: step.at, title: `${time(step.at)} UTC` }, shortTime(step.at)),
      step.attempt > 1 && el("span", { class: "hint" }, `attempt ${step.attempt}`),
      step.note && el("span", { class: "hint" }, step.note),
      took && el("span", { class: "took" }, `${took} ${NEXT[step.state] ?? "until the next"}`));
  });
  const total = file.ended_at && duration(seconds(file.ended_at) - seconds(file.created_at));
  return section("timeline", "Timeline", el("ol", { class: "timeline", "data-testid": "timeline" }, items), total && el("p", { class: "hint" }, `${total} from the upload to the outcome.`));
}

function rejects(file) {
  const id = file.short;
  const kinds = el("table", { class: "list" },
    el("thead", {}, el("tr", {}, ["Column", "Rule", "Code"].map((name) => el("th", { scope: "col" }, name)), el("th", { scope: "col", class: "number" }, "Cells or rows"))),
    el("tbody", {}, file.rejects.map((kind) => el("tr", {},
      el("th", { scope: "row" }, kind.column ?? "the whole row"), el("td", { "data-label": "rule" }, kind.rule ?? "–"), el("td", { "data-label": "code" }, kind.code), el("td", { class: "number", "data-label": "count" }, grouped(kind.count))))));
  const first = el("table", { class: "list" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col", class: "number" }, "Row"), el("th", { scope: "col", class: "number" }, "Line"), ["Column", "Cell", "What is wrong"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, (file.first_rejects ?? []).map((reject) => el("tr", {},
      el("td", { class: "number", "data-label": "row" }, reject.row === null ? "–" : grouped(reject.row)), el("td", { class: "number", "data-label": "line" }, reject.line === null ? "–" : grouped(reject.line)),
      el("td", { "data-label": "column" }, reject.column ?? "–"), el("td", { "data-label": "cell" }, reject.value === null ? "–" : el("code", {}, reject.value)),
      el("td", { class: "wide" }, reject.message, reject.hint && el("span", { class: "note" }, reject.hint))))));
  // Cells do not outlast the list of rejects (RejectsRetentionDays); what was counted stays.
  if (!file.first_rejects?.length) {
    return section("rejects", "What is wrong with it", kinds,
      el("p", { class: "hint" }, "The samples of its rejects have expired, as the list of them has; the counts stay."));
  }
  return section("rejects", "What is wrong with it", kinds,
    el("h3", {}, "The first of them"), first,
    el("p", {}, "All of them: ", command(`atalaya rejects ${id}`)));
}

/** The notices about the file, and who received them. */
function notices(file) {
  const got = new Map();
  for (const notice of file.deliveries) {
    const subject = notice.subject;
    got.set(subject, [...(got.get(subject) ?? []), notice]);
  }
  const claims = file.notices.map((notice) => el("li", {},
    el("time", { datetime: notice.sent_at ?? notice.claimed_at, title: `${time(notice.sent_at ?? notice.claimed_at)} UTC` }, shortTime(notice.sent_at ?? notice.claimed_at)),
    el("div", {}, el("strong", {}, notice.subject ?? notice.event), notice.delivery === "sent" ? "" : " (being sent)",
      el("p", { class: "hint" }, receivers(got.get(notice.subject) ?? [])))));
  return section("notices", "Notices", claims.length > 0
    ? el("ul", { class: "history", "data-testid": "notices" }, claims)
    : el("p", { class: "hint" }, "None has been sent yet."));
}

function receivers(notices) {
  if (notices.length === 0) return "No subscriber on this machine received it.";
  return `Received by ${notices.map((notice) => notice.user).join(", ")}`;
}

function facts(file) {
  const fact = (name, ...value) => [el("dt", {}, name), el("dd", {}, ...value)];
  const code = (text) => el("code", {}, text);
  return el("dl", { class: "facts" },
    fact("Id", code(file.file_id)),
    fact("Object", code(`s3://${file.bucket}/${file.key}`), ` ${bytes(file.size)}, version `, code(file.version_id)),
    fact("Arrived", `${time(file.created_at)} `, ago(file.created_at)),
    file.dataset && fact("Dataset", el("a", { href: `/files?dataset=${encodeURIComponent(file.dataset)}` }, file.dataset)),
    file.contract && fact("Contract", `${file.contract.id} ${file.contract.version}`),
    file.outputs?.parquet?.length > 0 && fact("Data", file.outputs.parquet.map((address) => el("div", {}, code(address)))),
    file.outputs?.rejects && fact("Rejects", code(file.outputs.rejects)),
    file.sha256 && fact("SHA-256", code(file.sha256)),
    file.execution_arn && fact("Execution", code(file.execution_arn)),
    fact("In a terminal", command(`atalaya file ${file.short}`)));
}
