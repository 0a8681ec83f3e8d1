// What all pages share: navigation, the status, the theme, and keeping the page in view fresh.

import { follow, get } from "./api.js";
import { alarmPage } from "./alarm.js";
import { alarmsPage } from "./alarms.js";
import { dashboardPage } from "./dashboard.js";
import { el, inert, replace } from "./dom.js";
import { filePage } from "./file.js";
import { filesPage } from "./files.js";
import { noticesPage } from "./notices.js";
import { runbookPage, runbooksPage } from "./runbooks.js";
import { choose, system, theme } from "./theme-choice.js";
import { setClock } from "./text.js";

const main = document.getElementById("main");
const nav = document.getElementById("nav");
const menu = document.getElementById("menu");

/** The dashboards and the ranges that they are shown over, as the server lists them. */
let boards = { dashboards: [], ranges: [] };
/** The newest status that the server sent. */
let status = { speed: 1 };

/** The page of an address: what it is called, what it depends on, how it is made. */
function pageOf(url) {
  const parts = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
  const [kind, name, more] = parts;
  if (more === undefined) {
    if (kind === undefined || (kind === "dashboards" && !name)) {
      const first = boards.dashboards[0];
      return first ? boardPage(first, url) : alarmsPage();
    }
    if (kind === "dashboards") {
      const board = boards.dashboards.find((known) => known.short === name || known.name === name);
      // The server says what is wrong with a name that it does not know.
      return boardPage(board ?? { name, short: name, title: name }, url);
    }
    if (kind === "alarms") return name ? alarmPage(name) : alarmsPage();
    if (kind === "files") return name ? filePage(name) : filesPage(url.searchParams, go);
    if (kind === "notices" && !name) return noticesPage(url.searchParams, go);
    if (kind === "runbooks") return name ? runbookPage(name, url.searchParams) : runbooksPage();
  }
  return nothingPage(url.pathname);
}

const boardPage = (board, url) => dashboardPage(board, boards.ranges, url.searchParams, go, () => status);

const nothingPage = (path) => ({
  title: "Not found",
  topics: [],
  load: async () => el("section", {}, el("h1", {}, "There is no such page"), el("p", {}, `Nothing is at ${path}. The pages are named above.`)),
});

let page = null;
let loading = null;
/** The address that the page in view was made for, without the place in it that a link leads to. */
let shownAt = null;
const place = () => location.pathname + location.search;

/** Shows the page of the address. */
async function show(isNew) {
  page?.close?.();
  shownAt = place();
  page = pageOf(new URL(location.href));
  page.follow?.(refresh);
  document.title = inert(`${page.title} · Atalaya`);
  markNav();
  main.setAttribute("aria-busy", "true");
  await refresh();
  main.removeAttribute("aria-busy");
  if (isNew) {
    scrollTo(0, 0);
    const heading = main.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }
}

/** Makes the page in view again from fresh data. */
async function refresh() {
  loading?.abort();
  const mine = new AbortController();
  loading = mine;
  const shown = page;
  try {
    const content = await shown.load(mine.signal, main);
    if (mine.signal.aborted || shown !== page) return;
    if (content) replace(main, content);
    shown.shown?.(main);
    if (shown.named) document.title = inert(`${shown.named} · Atalaya`);
  } catch (error) {
    if (error.name === "AbortError" || shown !== page) return;
    console.error(error);
    replace(main, el("section", { class: "trouble", "data-testid": "trouble" }, el("h1", {}, shown.title), el("p", {}, error.message)));
  }
}

/** Goes to an address of the console without loading the frame again. */
export function go(href, { instead = false } = {}) {
  history[instead ? "replaceState" : "pushState"](null, "", href);
  closeMenu();
  if (instead && page.turn?.(new URL(location.href))) {
    shownAt = place();
    return refresh();
  }
  return show(!instead);
}

function markNav() {
  const here = location.pathname;
  for (const anchor of nav.querySelectorAll("a")) {
    const href = anchor.getAttribute("href");
    const isHere = here === href || here.startsWith(`${href}/`) || (here === "/" && anchor === nav.querySelector("a"));
    if (isHere) anchor.setAttribute("aria-current", "page"); else anchor.removeAttribute("aria-current");
  }
}

function makeNav() {
  const entries = [
    ...boards.dashboards.map((board) => ({ href: `/dashboards/${board.short}`, name: board.title })),
    { href: "/alarms", name: "Alarms" },
    { href: "/files", name: "Files" },
    { href: "/notices", name: "Notices" },
    { href: "/runbooks", name: "Runbooks" },
  ];
  const item = ({ href, name }) => el("li", {}, el("a", { href, "data-testid": `nav-${name.toLowerCase()}` }, name,
    name === "Alarms" && el("span", { class: "count", id: "alarm-count", hidden: true })));
  nav.replaceChildren(el("ul", {}, entries.map(item)));
  markNav();
}

function closeMenu() {
  document.body.classList.remove("menu-open");
  menu.setAttribute("aria-expanded", "false");
}

menu.addEventListener("click", () => {
  const isOpen = document.body.classList.toggle("menu-open");
  menu.setAttribute("aria-expanded", String(isOpen));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("menu-open")) {
    closeMenu();
    menu.focus();
  }
});

document.addEventListener("click", (event) => {
  const anchor = event.target.closest?.("a[href]");
  if (!anchor || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  // A link in a drawing has no text as its `href`.
  const url = new URL(anchor.getAttribute("href"), location.href);
  const isPage = url.origin === location.origin && !url.pathname.startsWith("/api/") && !/\.(png|svg|json)$/.test(url.pathname);
  if (!isPage || (anchor.getAttribute("target") && !anchor.ownerSVGElement) || (url.hash && url.pathname === location.pathname)) return;
  event.preventDefault();
  go(url.href);
});

// A link to a place in the page, such as the one past the navigation, changes the address too, and not the page.
addEventListener("popstate", () => { if (place() !== shownAt) show(true); });

// ---- theme

const themeButton = document.getElementById("theme");
function nameTheme() {
  const other = theme() === "dark" ? "Light" : "Dark";
  themeButton.textContent = other;
  themeButton.setAttribute("aria-label", `Use the ${other.toLowerCase()} theme`);
}

themeButton.addEventListener("click", () => {
  choose(theme() === "dark" ? "light" : "dark");
  nameTheme();
  page?.themed?.();
});
system.addEventListener("change", () => { nameTheme(); page?.themed?.(); });

// ---- what changes

const statusLine = document.getElementById("status");
const statusText = document.getElementById("status-text");
let known = null;

function showStatus(fresh) {
  status = fresh;
  if (statusText.textContent !== inert(status.text)) statusText.textContent = inert(status.text);
  statusLine.dataset.level = status.level;
  setClock(status.now, status.speed);
  const clock = document.getElementById("clock");
  clock.hidden = status.speed === 1;
  clock.textContent = `clock × ${status.speed}`;
  clock.title = `CloudWatch's clock runs ${status.speed} times as fast as the wall's, so alarms need not be waited for.`;
  const badge = document.getElementById("alarm-count");
  badge.hidden = status.alarms === 0;
  badge.textContent = status.alarms;
  badge.setAttribute("aria-label", `${status.alarms} on`);
}

function changed(answer) {
  showStatus(answer.status);
  const before = known;
  known = answer.changed;
  if (!before) return;
  const topics = Object.keys(known).filter((topic) => known[topic] !== before[topic]);
  if (topics.some((topic) => page.topics.includes(topic))) refresh();
}

function lost(reason) {
  statusLine.dataset.level = "unknown";
  statusText.textContent = reason;
}

nameTheme();
makeNav();
try {
  boards = await get("/api/dashboards");
  makeNav();
} catch (error) {
  lost(error.message);
}
await show(false);
follow(changed, lost);
