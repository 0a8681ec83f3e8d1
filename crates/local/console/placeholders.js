// What stands open in a command, as `{file_id}`, and the values that fill it: those that the alarm gives, and those that
// a person types.

import { el } from "./dom.js";

/** The placeholders of runbooks and alarms. The shell's `${word}` is none. */
export const BRACED = /(?<!\$)\{(file_id|dataset|function|queue)\}/g;
/** Those, and the words that help texts write for a value: in what is to be typed they stand open too. */
const ANY = new RegExp(`${BRACED.source}|(?<=\\s)(ID|TEXT)(?=\\s|$)`, "g");

const OPTION = /(?<=\s)(--?[a-z][a-z-]*)/;

/** What a value means itself in a shell; the same rule as where pages are written. */
const SHELL_PLAIN = /^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/;

/** What to put in where nothing is known. */
const HINTS = {
  file_id: ["the id of the file, from ", el("a", { href: "/files" }, "Files")],
  ID: ["the id of a file, from ", el("a", { href: "/files" }, "Files")],
  dataset: ["the name of the feed"],
  function: ["intake, process, notify, page or canary"],
  queue: ["intake, notify or page"],
  TEXT: ["the reason, in your words"],
};

/** The values of the placeholders of an alarm or a page. What is typed counts more than what is known. */
export class Values {
  constructor(scope, known) {
    this.scope = scope;
    this.known = known;
    this.typed = {};
  }

  get(name) {
    return this.typed[name] || this.known[name] || "";
  }

  /** The value as a word of a shell; `null` where there is none, or none that is safe to paste. */
  word(name) {
    const value = this.get(name);
    if (!value) return null;
    if (SHELL_PLAIN.test(value)) return value;
    return name === "TEXT" ? `'${value.replaceAll("'", "'\\''")}'` : null;
  }

  set(name, value) {
    this.typed[name] = value.trim();
    document.querySelectorAll("[data-placeholder]").forEach((element) => element.fill?.());
  }

  fieldId(name) {
    return `value-${this.scope}-${name}`;
  }
}

/** Values by their scope, which outlast the drawing of a page: what was typed stays while what is known does. */
const kept = new Map();

export function valuesFor(scope, known) {
  let values = kept.get(scope);
  if (!values || JSON.stringify(values.known) !== JSON.stringify(known)) {
    values = new Values(scope, known);
    kept.set(scope, values);
  }
  return values;
}

/** A text in pieces: text, and names of placeholders. */
function pieces(text, pattern) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ name: match[1] ?? match[2], text: match[0] });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** The names of the placeholders in texts, each once. */
export function placeholdersIn(texts, pattern = ANY) {
  return [...new Set(texts.flatMap((text) => pieces(text, pattern)).flatMap((piece) => piece.name ?? []))];
}

/** The text with its values, and the names of those that have none. */
export function fill(text, values) {
  const open = [];
  const filled = pieces(text, ANY).map((piece) => {
    if (!piece.name) return piece.text;
    const word = values?.word(piece.name) ?? null;
    if (word === null) open.push(piece.name);
    return word ?? piece.text;
  });
  return { text: filled.join(""), open };
}

/** The text as elements in which values differ from the rest and follow what is typed. */
export function fillable(text, values, pattern = ANY) {
  return pieces(text, pattern).flatMap((piece) => {
    if (!piece.name) return unbroken(piece.text);
    const element = el("span", { dataset: { placeholder: piece.name } });
    element.fill = () => {
      const word = values?.word(piece.name) ?? null;
      element.textContent = word ?? piece.text;
      element.classList.toggle("open", word === null);
      element.title = word === null ? `Fill in ${piece.name}` : piece.name;
    };
    element.fill();
    return element;
  });
}

/** Options of a command are not broken at their dashes where a line ends. */
const unbroken = (text) => text.split(OPTION).map((part, index) => (index % 2 === 1 ? el("span", { class: "option" }, part) : part));

/** Fields for the values of placeholders; `files` are those to choose from. Nothing where no name is given. */
export function fields(values, names, files = []) {
  if (names.length === 0) return false;
  return el("div", { class: "values", role: "group", "aria-label": "Values of the commands" }, names.map((name) => field(values, name, files)));
}

function field(values, name, files) {
  const id = values.fieldId(name);
  const isFile = name === "file_id" && files.length > 0;
  const input = el("input", {
    id, value: values.get(name), placeholder: name, autocomplete: "off", spellcheck: "false", "data-testid": `value-${name}`,
    list: isFile && `${id}-files`, "aria-describedby": `${id}-hint`,
    on: { input: () => { values.set(name, input.value); check(); } },
  });
  const check = () => {
    const isBad = input.value !== "" && values.word(name) === null;
    input.setCustomValidity(isBad ? "Letters, digits, dots, dashes and underscores only" : "");
    input.toggleAttribute("aria-invalid", isBad);
  };
  check();
  return el("p", { class: "value" }, el("label", { for: id }, name), input,
    isFile && el("datalist", { id: `${id}-files` }, files.map((file) => el("option", { value: file.short }, `${file.key}, ${file.state}`))),
    el("span", { class: "hint", id: `${id}-hint` }, ...(HINTS[name] ?? []).map((part) => (typeof part === "string" ? part : part.cloneNode(true)))));
}
