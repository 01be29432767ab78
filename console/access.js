// What the policy grants whoever holds the credentials, rule by rule.

import { ask, credentials, credentialsField } from "./service.js";
import { banner, h, problem, rich } from "./ui.js";
import { texts } from "./texts.js";

export function view() {
  const result = h("div.result", { "aria-live": "polite" });
  const send = h("button.primary", { type: "submit" }, texts.access.send);
  const form = h("form", { novalidate: true, "aria-label": texts.access.title }, credentialsField(texts.access.help), send);
  result.append(h("div.empty", h("h2", texts.access.emptyTitle), h("p", texts.access.emptyText)));
  form.onsubmit = async (event) => {
    event.preventDefault();
    send.textContent = texts.asking;
    try {
      result.replaceChildren(...told(await ask("/v1/explain-access", {})));
    } catch (error) {
      result.replaceChildren(problem(error, error.temporary ? () => form.requestSubmit() : null));
    } finally {
      send.textContent = texts.access.send;
    }
  };
  return [
    h("div.intro", h("h1", texts.access.title), h("p", texts.access.intro)),
    h("div.columns", h("div.ask", form), result),
  ];
}

function told({ principal, rules }) {
  const who = texts.access.kinds[principal.kind] ?? principal.kind;
  const name = principal.name ? [" ", h("code", principal.name)] : null;
  const applied = rules.filter(({ applies }) => applies);
  return [
    banner(applied.length ? "good" : "warn", [texts.access.you, " ", who, name, "."], applied.length
      ? texts.access.some.replace("{some}", applied.length).replace("{all}", rules.length)
      : texts.access.nothing),
    h("ol.rules", rules.map(rule)),
  ];
}

function rule({ name, applies, why, grants }) {
  return h(
    `li.rule.card.${applies ? "applies" : "not"}`,
    h("div.rule-head", h("h2", name), h("span.badge", applies ? texts.access.applies : texts.access.not)),
    why ? h("p", rich(Array.isArray(why) ? why.join(" ") : why)) : null,
    grants ? h("dl.grants", Object.entries(grants).filter(([, value]) => value != null).map(([key, value]) =>
      h("div", h("dt", texts.access.grants[key] ?? key), h("dd", values(value))))) : null,
  );
}

function values(value) {
  if (Array.isArray(value)) return value.length ? value.map((one) => [h("code", typeof one === "string" ? one : JSON.stringify(one)), " "]) : texts.access.none;
  if (typeof value === "boolean") return value ? texts.access.yes : texts.access.no;
  return h("code", typeof value === "object" ? JSON.stringify(value) : String(value));
}
