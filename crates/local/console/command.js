// Something to be typed in a terminal, with a button that copies it: the command alone, and never with a placeholder that
// nobody has filled.

import { announce, el } from "./dom.js";
import { fill, fillable } from "./placeholders.js";

/** How long a button says what became of it, in milliseconds. */
const PAUSE = 2500;

/** A command; `values` fill its placeholders. */
export function command(text, values = null) {
  const button = el("button", { type: "button", class: "copy", "aria-label": `Copy: ${text}` }, "Copy");
  const report = (outcome) => {
    button.textContent = outcome;
    announce(outcome);
    setTimeout(() => { button.textContent = "Copy"; }, PAUSE);
  };
  button.addEventListener("click", async () => {
    const filled = fill(text, values);
    if (filled.open.length > 0) {
      report(`Fill in ${filled.open[0]} first`);
      const field = values && document.getElementById(values.fieldId(filled.open[0]));
      field?.focus();
      return;
    }
    try {
      await navigator.clipboard.writeText(filled.text);
      report("Copied");
    } catch {
      report("Select and copy it by hand");
    }
  });
  return el("span", { class: "command" }, el("code", {}, fillable(text, values)), button);
}
