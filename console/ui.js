// What all views are made of. Text only ever becomes text nodes: nothing pasted is read as markup.

import { texts } from "./texts.js";

/** An element: `h("p.note", { id: "x", onclick }, "text", other)`. What is null or false is left out. */
export function h(name, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  if (children[0]?.constructor === Object) set(element, children.shift());
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value != null && value !== false) element.setAttribute(name, value);
  }
  return element;
}

/** Text with `code` in backticks. */
export const rich = (text) => text.split("`").map((part, index) => (index % 2 ? h("code", part) : part));

let count = 0;

/** As whom an RTC client joins: digits are a number; in quotes, or with anything else in it, it is a name. */
export function user(text) {
  const name = /^"(.*)"$/.exec(text)?.[1];
  return !text ? {} : name ? { account: name } : /^-?\d+$/.test(text) ? { uid: +text } : { account: text };
}

/** A labelled control, with help below it and room for an error. `field.error(text)` shows one. */
export function field(label, control, { help, name, required } = {}) {
  const id = (control.id ||= `field-${++count}`);
  const hint = help ? h("p.help", { id: `${id}-help` }, rich(help)) : null;
  const error = h("p.error", { id: `${id}-error`, hidden: true });
  set(control, { "aria-describedby": [hint?.id, error.id].filter(Boolean).join(" ") });
  if (required) control.required = true;
  const optional = required === false ? h("span.optional", texts.optional) : null;
  const element = h("div.field", h("label", { for: id }, label, name ? h("code.name", name) : null, optional), control, hint, error);
  return Object.assign(element, {
    control,
    error(text) {
      error.replaceChildren(...(text ? rich(text) : []));
      error.hidden = !text;
      if (text) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    },
  });
}

export const input = (attributes = {}) =>
  h("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", ...attributes });

export const select = (options, chosen, attributes = {}) =>
  h("select", attributes, options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)));

export function copyButton(text) {
  const button = h("button.quiet", { type: "button", async onclick() {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = texts.copied;
    } catch {
      button.textContent = texts.notCopied;
    }
    setTimeout(() => (button.textContent = texts.copy), 2000);
  } }, texts.copy);
  return button;
}

/** A banner that says in a sentence what is the matter, and below it what to do. */
export function banner(kind, title, ...more) {
  return h(`div.banner.${kind}`, h("p.title", h("span.mark", { "aria-hidden": "true" }, { good: "✓", bad: "✕", warn: "!", calm: "i" }[kind]), h("span", title)), more.map((text) => text && h("p", text)));
}

/** What the service says is wrong. */
export const detail = ({ code, message }) => message.replace(`${code}: `, "");

/** What a refusal of the service means for whoever sits here. */
export function problem(error, again) {
  const known = texts.problems[error.status] ?? (error.status >= 500 ? texts.problems[503] : texts.problems.other);
  return banner(
    "bad",
    known.title,
    error.status ? rich(detail(error)) : null,
    rich(known.fix.replace("{service}", serviceUrl).replace("{seconds}", error.retryAfter ?? texts.aFew)),
    error.requestId ? [texts.requestId, " ", h("code", error.requestId)] : null,
    error.status === 403 ? h("a", { href: "./#access" }, texts.seeAccess) : null,
    again ? h("button", { type: "button", onclick: again }, texts.again) : null,
  );
}

/** The address of the token service. */
export const serviceUrl = new URL(document.querySelector("meta[name=service]").content, document.baseURI).href.replace(/\/+$/, "");

/** The frame around every view: name, views, and what the page does with what it is given. */
export function frame(current, main) {
  const views = Object.entries(texts.views).map(([view, name]) => {
    const href = view === "try" ? "try.html" : `${current === "try" ? "./" : ""}#${view}`;
    return h("a", { href, "data-view": view, "aria-current": view === current && "page" }, name);
  });
  return [
    h("a.skip", { href: "#main", onclick(event) {
      event.preventDefault();
      main.focus();
    } }, texts.skip),
    h("header", h("p.brand", h("span.logo", { "aria-hidden": "true" }), texts.name), h("nav", { "aria-label": texts.navigation }, views)),
    main,
    h("footer", h("p", texts.promise), h("p", texts.service, " ", h("code", serviceUrl), " · ", h("a", { href: `${serviceUrl}/openapi.json` }, texts.openapi))),
  ];
}

const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = (seconds) => DATE.format(seconds * 1000);

/** A point in time, short if it is today. */
export function moment(seconds, now = Date.now() / 1000) {
  if (seconds > 8.64e12) return String(seconds);
  const time = TIME.format(seconds * 1000);
  return day(seconds) === day(now) ? time : `${day(seconds)}, ${time}`;
}

/** A span of seconds in at most two units. */
export function span(seconds) {
  let left = Math.round(Math.abs(seconds));
  const parts = [];
  for (const [unit, size] of [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]]) {
    const many = Math.floor(left / size);
    if (many) parts.push(`${many} ${unit}`);
    left -= many * size;
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}
