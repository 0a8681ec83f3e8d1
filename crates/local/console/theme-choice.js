// Which theme is on: the chosen one, else the system's.

export const system = matchMedia("(prefers-color-scheme: dark)");

export const theme = () => document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light");

export function choose(name) {
  document.documentElement.dataset.theme = name;
  try { localStorage.setItem("theme", name); } catch { /* storage is off: it holds for this page */ }
}
