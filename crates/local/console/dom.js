// Elements are made here, and every text of the data becomes a text node: nothing in it is ever read as HTML. What
// nobody can see in it is spelt out, as in the terminal and in notices: a key may not turn a line round.

/** Controls but ends of lines and tabs, marks of bidirectional text, and all else that a font may ignore. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\ufff9-\ufffb]/gu;

/** The text with what cannot be seen written as `\u{202e}`. */
export const inert = (text) => text.replace(UNSEEN, (char) => `\\u{${char.codePointAt(0).toString(16)}}`);

const shown = (value) => (typeof value === "string" ? inert(value) : value);

/** An element; `on` holds listeners, `dataset` data attributes, everything else is an attribute. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false).map(shown));
  return element;
}

/** HTML that the server made of the project's own markdown, in which HTML of the page's author is text already. */
export function fromServer(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** A drawing that the server made. */
export function drawing(svg) {
  return document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);
}

/** A link; one that leads elsewhere opens beside the console. */
export function link(href, ...children) {
  const leadsAway = !href.startsWith("/");
  return el("a", { href, target: leadsAway && "_blank", rel: leadsAway && "noopener" }, ...children);
}

/** Has a screen reader read it. */
export function announce(text) {
  document.getElementById("announcement").textContent = inert(text);
}

const ADDRESS = /https?:\/\/[^\s<>"`]*[^\s<>"`.,;:!?)\]]/g;

/** A text in which addresses are links, as a reader of mail makes them. */
export function linked(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const url = new URL(match[0]);
    parts.push(text.slice(from, match.index), link(url.origin === location.origin ? url.href.slice(url.origin.length) : match[0], match[0]));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

/** Puts `content` into `place` and leaves the focus and what was opened as it was, by ids. */
export function replace(place, content) {
  const { id: focused, selectionStart, selectionEnd } = place.contains(document.activeElement) ? document.activeElement : { id: "" };
  const opened = new Set([...place.querySelectorAll("details[id][open]")].map((details) => details.id));
  const known = new Set([...place.querySelectorAll("details[id]")].map((details) => details.id));
  place.replaceChildren(content);
  for (const details of place.querySelectorAll("details[id]")) {
    if (known.has(details.id)) details.open = opened.has(details.id);
  }
  const again = focused ? document.getElementById(focused) : null;
  again?.focus({ preventScroll: true });
  // Who types goes on where they were.
  if (again && Number.isInteger(selectionStart)) again.setSelectionRange?.(selectionStart, selectionEnd);
}
