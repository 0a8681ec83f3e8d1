// The panels of a dashboard: the server's drawings in their boxes, kept in place while they become fresh.

import { drawing, el } from "./dom.js";
import { readable } from "./hover.js";

/** Panels whose picture says all; the others hold text and links that are read one by one. */
const PICTURES = new Set(["graph", "numbers", "gauge", "bars", "pie"]);

export class Panels {
  constructor(place) {
    this.place = place;
    this.shown = [];
  }

  /** Shows panels, in the figures that are there already where they are as many. */
  show(panels, height) {
    this.place.style.height = `${height}px`;
    if (panels.length !== this.shown.length) {
      this.close();
      this.shown = panels.map((panel) => new Shown(panel));
      // In the order of reading, whatever that of the body is.
      const order = [...this.shown].sort((a, b) => a.panel.box.y - b.panel.box.y || a.panel.box.x - b.panel.box.x);
      this.place.replaceChildren(...order.map((shown) => shown.figure));
    } else {
      this.shown.forEach((shown, index) => shown.update(panels[index]));
    }
  }

  close() {
    this.shown.forEach((shown) => shown.close());
    this.shown = [];
  }
}

class Shown {
  constructor(panel) {
    this.figure = el("figure", { class: "panel", "data-testid": `panel-${panel.index}`, "data-kind": panel.kind });
    this.picture = el("div", { class: "picture" });
    this.figure.append(this.picture);
    this.update(panel);
  }

  update(panel) {
    const { figure } = this;
    const isSame = this.panel?.svg === panel.svg;
    this.panel = panel;
    const { x, y, width, height } = panel.box;
    Object.assign(figure.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
    figure.dataset.title = panel.title;
    if (!isSame) this.draw(panel);
    const reads = Boolean(panel.plot) && panel.series?.some((series) => series.points.length > 0);
    if (reads) {
      figure.tabIndex = 0;
      figure.setAttribute("aria-description", "The arrow keys read its values one after the other.");
    } else {
      figure.removeAttribute("tabindex");
      figure.removeAttribute("aria-description");
    }
    figure.setAttribute("role", "group");
    figure.setAttribute("aria-label", panel.title || panel.summary);
    if (this.graph) this.graph.update(panel);
    else if (panel.kind === "graph") this.graph = readable(figure, panel);
  }

  draw(panel) {
    const svg = drawing(panel.svg);
    // Browsers would show the title under the pointer, over the values.
    svg.querySelectorAll(":scope > title, :scope > desc").forEach((element) => element.remove());
    for (const name of ["role", "aria-labelledby", "aria-describedby", "aria-label"]) svg.removeAttribute(name);
    svg.setAttribute("role", PICTURES.has(panel.kind) ? "img" : "group");
    svg.setAttribute("aria-label", panel.summary);
    svg.setAttribute("focusable", "false");
    this.picture.replaceChildren(svg);
  }

  close() {
    this.graph?.close();
  }
}
