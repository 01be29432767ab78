// Which view is shown. The part behind `#` names a view, never anything that was pasted.

import { frame, h } from "./ui.js";
import { texts } from "./texts.js";
import { view as explain } from "./explain.js";

const VIEWS = {
  explain: async () => explain(),
  mint: async () => (await import("./mint.js")).view(),
  access: async () => (await import("./access.js")).view(),
};
const main = h("main", { id: "main", tabindex: "-1" });
const shown = new Map();

/** Shows a view; what was entered in one stays while another is looked at. */
async function show(moved) {
  const name = location.hash.slice(1) in VIEWS ? location.hash.slice(1) : "explain";
  document.title = `${texts.views[name]} · ${texts.name}`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (!shown.has(name)) shown.set(name, h(`div.view.${name}`, await VIEWS[name]()));
  if (name !== (location.hash.slice(1) || "explain") && location.hash.slice(1) in VIEWS) return;
  main.replaceChildren(shown.get(name));
  if (moved) main.focus();
}

document.body.replaceChildren(...frame("explain", main));
addEventListener("hashchange", () => show(true));
await show();
