// What the lines of a graph are at a time: under the pointer, under a finger, and by the arrow keys. All graphs of a
// page show the same time.

import { announce, el } from "./dom.js";
import { time } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";

/** The graphs of the page in view. */
const graphs = new Set();

/** Lets the values of a panel be read; `panel` is the server's, `figure` holds its drawing. */
export function readable(figure, panel, timezone = 0) {
  const graph = new Graph(figure, panel, timezone);
  graphs.add(graph);
  return graph;
}

function share(at, source) {
  for (const graph of graphs) graph.mark(at, graph === source);
}

class Graph {
  constructor(figure, panel) {
    this.figure = figure;
    this.box = el("div", { class: "reading", hidden: true, "aria-hidden": "true", "data-testid": "reading" });
    figure.append(this.box);
    this.listen();
    this.update(panel);
  }

  /** Takes a fresh panel and goes on showing the time that is shown. */
  update(panel) {
    this.panel = panel;
    this.times = [...new Set((panel.series ?? []).flatMap((series) => series.points.map(([at]) => at)))].sort((a, b) => a - b);
    this.overlay = null;
    if (this.at !== undefined) this.mark(this.at, this.isSource);
  }

  close() {
    graphs.delete(this);
  }

  get isReadable() {
    return Boolean(this.panel.plot) && this.times.length > 0;
  }

  listen() {
    const { figure } = this;
    figure.addEventListener("pointermove", (event) => this.point(event));
    figure.addEventListener("pointerdown", (event) => { if (event.pointerType !== "mouse") this.point(event); });
    figure.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") share(undefined, this); });
    figure.addEventListener("blur", () => share(undefined, this));
    figure.addEventListener("keydown", (event) => this.key(event));
  }

  point(event) {
    if (!this.isReadable) return;
    const rect = this.figure.getBoundingClientRect();
    const scale = this.panel.box.width / rect.width;
    const [x, y] = [(event.clientX - rect.left) * scale, (event.clientY - rect.top) * scale];
    const { x0, x1, y0, y1, start, end } = this.panel.plot;
    if (x < x0 - 8 || x > x1 + 8 || y < y0 - 8 || y > y1 + 8) {
      share(undefined, this);
      return;
    }
    const at = start + ((x - x0) / (x1 - x0)) * (end - start);
    share(this.nearest(at), this);
  }

  key(event) {
    if (!this.isReadable || event.target !== this.figure) return;
    const here = this.at === undefined ? this.times.length : this.times.indexOf(this.nearest(this.at));
    const last = this.times.length - 1;
    const moves = { ArrowLeft: Math.max(0, here - 1), ArrowRight: Math.min(last, here + 1), Home: 0, End: last };
    if (event.key === "Escape") share(undefined, this);
    else if (event.key in moves) {
      share(this.times[moves[event.key]], this);
      announce(this.text());
    } else return;
    event.preventDefault();
  }

  nearest(at) {
    const { times } = this;
    let [low, high] = [0, times.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] < at) low = middle + 1; else high = middle;
    }
    return low > 0 && at - times[low - 1] < times[low] - at ? times[low - 1] : times[low];
  }

  /** The point of a series whose period holds the time. */
  value(series, at) {
    let found = null;
    for (const point of series.points) {
      if (point[0] > at) break;
      found = point;
    }
    return found && at < found[0] + series.period ? found : null;
  }

  /** Shows a time, with the values where the pointer or the focus is. */
  mark(at, isSource) {
    this.at = at;
    this.isSource = isSource;
    this.overlay?.remove();
    this.overlay = null;
    const isShown = at !== undefined && this.isReadable;
    this.box.hidden = !isShown || !isSource;
    if (!isShown) return;
    const { plot } = this.panel;
    const x = plot.x0 + ((at - plot.start) / (plot.end - plot.start)) * (plot.x1 - plot.x0);
    if (x < plot.x0 - 1 || x > plot.x1 + 1) return;
    this.draw(x, at);
    if (isSource) this.showValues(x, at);
  }

  draw(x, at) {
    const svg = this.figure.querySelector("svg");
    const { plot } = this.panel;
    const make = (tag, attributes) => {
      const element = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      return element;
    };
    this.overlay = make("g", { class: "crosshair", "pointer-events": "none" });
    this.overlay.append(make("line", { x1: x, x2: x, y1: plot.y0, y2: plot.y1 }));
    if (!this.panel.stacked) {
      for (const series of this.panel.series) {
        const point = this.value(series, at);
        const [low, high] = plot[series.axis];
        if (!point || point[0] !== at || high === low) continue;
        const y = plot.y1 - ((point[1] - low) / (high - low)) * (plot.y1 - plot.y0);
        if (y >= plot.y0 - 1 && y <= plot.y1 + 1) this.overlay.append(make("circle", { cx: x, cy: y, r: 3.5, fill: series.colour }));
      }
    }
    svg.append(this.overlay);
  }

  showValues(x, at) {
    const rows = this.panel.series.map((series) => {
      const swatch = el("span", { class: "swatch" });
      swatch.style.background = series.colour;
      const point = this.value(series, at);
      return el("tr", {}, el("th", { scope: "row" }, swatch, series.label), el("td", {}, point ? figure(point[1]) : "no data"));
    });
    this.box.replaceChildren(el("p", {}, `${time(at)} UTC`), el("table", {}, el("tbody", {}, rows)));
    const scale = this.figure.clientWidth / this.panel.box.width;
    const room = this.figure.clientWidth;
    const width = this.box.offsetWidth;
    const left = x * scale + 12 + width > room ? x * scale - width - 12 : x * scale + 12;
    this.box.style.left = `${Math.max(4, Math.min(left, room - width - 4))}px`;
    this.box.style.top = `${this.panel.plot.y0 * scale}px`;
  }

  /** The values at the time as a sentence. */
  text() {
    const values = this.panel.series.map((series) => {
      const point = this.value(series, this.at);
      return `${series.label}: ${point ? figure(point[1]) : "no data"}`;
    });
    return `${time(this.at)} UTC. ${values.join(", ")}`;
  }
}

/** A value with at most six digits that say something. */
function figure(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e12 || size < 1e-6)) return value.toExponential(3);
  return value.toLocaleString("en-US", { maximumSignificantDigits: size >= 100_000 ? 12 : 6, maximumFractionDigits: 9 });
}
