// What all views are made of. Text only becomes text nodes: nothing pasted is read as markup.

import { texts } from "./texts.js";

/** The address of the token service. */
export const serviceUrl = new URL(document.querySelector("meta[name=service]").content, document.baseURI).href.replace(/\/$/, "");

/** An element: `h("p.note", { id, onclick }, "text", other)`. What is empty is left out. */
export function h(name, ...children) {
	const [tag, ...classes] = name.split(".");
	const element = document.createElement(tag);
	if (classes.length) element.className = classes.join(" ");
	if (children[0]?.constructor === Object) set(element, children.shift());
	element.append(...children.flat(9).filter((child) => child || child === 0));
	return element;
}

export function set(element, attributes) {
	for (const [name, value] of Object.entries(attributes)) {
		if (name.startsWith("on") || name === "value") element[name] = value;
		else if (value != null && value !== false) element.setAttribute(name, value === true ? "" : value);
	}
	return element;
}

/** Text with `code` in backticks. */
export const rich = (text) => text.split("`").map((part, index) => (index % 2 ? h("code", part) : part));

/** What the service says, as a sentence. */
export const sentence = (text) => rich(text.replace(/^./, (first) => first.toUpperCase()).replace(/\w$/, "$&."));

/** `{name}` in a text of the page. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

let count = 0;

/** A labelled control with help; `invalid(text)` shows an error. */
export function field(label, control, { help, name, required } = {}) {
	const id = `field-${++count}`;
	const hint = help && h("p.help", { id: `${id}-help` }, rich(help));
	const error = h("p.invalid", { id: `${id}-error`, hidden: true });
	set(control, { id, required, "aria-describedby": `${id}-help ${id}-error` });
	const element = h("div.field", h("label", { for: id }, label, name && h("code.name", name), required === false && h("span.optional", texts.optional)), control, hint, error);
	return Object.assign(element, {
		control,
		invalid(text) {
			error.replaceChildren(...rich(text ?? ""));
			error.hidden = !text;
			control.ariaInvalid = text ? "true" : null;
		},
	});
}

const control = (tag) => (attributes) => h(tag, { autocomplete: "off", autocapitalize: "off", spellcheck: "false", ...attributes });
export const input = control("input");
export const textarea = control("textarea");

export const select = (options, chosen, attributes = {}) =>
	h("select", attributes, options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)));

export const button = (text, onclick, kind = "") => h(`button${kind}`, { type: "button", onclick }, text);

export const copyButton = (text) => button(texts.copy, async ({ target }) => {
	target.textContent = await navigator.clipboard.writeText(text()).then(() => texts.copied, () => texts.notCopied);
}, ".quiet");

/** What is the matter, in a sentence, and what to do. */
export const banner = (kind, title, ...more) => h(
	`div.banner.${kind}`,
	h("p.title", h("span.mark", { "aria-hidden": "true" }, { good: "✓", bad: "✕", warn: "!", calm: "i" }[kind]), h("span", title)),
	more.map((text) => text && h("div", text)),
);

export const intro = ({ title, intro }) => h("div.intro", h("h1", title), h("p", intro));

export const empty = ({ emptyTitle, emptyText }, more) => h("div.empty", h("h2", emptyTitle), h("p", emptyText), more);

/** What the service says is wrong. */
export const detail = ({ code, message }) => message.replace(`${code}: `, "");

/** A refusal of the service, and what to do. */
export function problem(error, again) {
	const { status, requestId } = error;
	// A mistake of this page.
	if (status === undefined) throw error;
	const { title, fix } = texts.problems[status] ?? texts.problems[status > 499 ? 503 : 400];
	return banner(
		"bad",
		title,
		status ? sentence(detail(error)) : null,
		fill(fix, { service: serviceUrl, seconds: error.retryAfter ?? texts.aFew }),
		status === 403 && h("a", { href: "./#access" }, texts.seeAccess),
		requestId && [texts.requestId, h("code", requestId)],
		again && button(texts.again, again),
	);
}

/** As whom a client joins: digits are a number, anything else, or in quotes, is a name. */
export function user(text) {
	const name = /^"(.*)"$/.exec(text)?.[1];
	return !text ? {} : name ? { account: name } : /^-?\d+$/.test(text) ? { uid: +text } : { account: text };
}

/** The page around a view. */
export const frame = (current, main) => [
	h("header", h("p.brand", h("span.logo"), texts.name), h("nav", { "aria-label": texts.navigation }, Object.entries(texts.views).map(([view, name]) =>
		h("a", { href: view === "try" ? "try.html" : `./#${view}`, "aria-current": view === current && "page" }, name)))),
	main,
	h("footer", h("p", texts.promise), h("p", texts.service, h("a", { href: `${serviceUrl}/openapi.json` }, serviceUrl))),
];

const DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
const TIME = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** A point in time; without the day if it is today. */
export function moment(seconds) {
	if (seconds > 8.64e12) return String(seconds);
	const [day, time] = [DATE, TIME].map((format) => format.format(seconds * 1000));
	return day === DATE.format() ? time : `${day}, ${time}`;
}

/** A span of seconds in at most two units. */
export function span(seconds) {
	let left = Math.round(Math.abs(seconds));
	const parts = Object.entries({ d: 86400, h: 3600, min: 60, s: 1 }).flatMap(([unit, size]) => {
		const many = Math.floor(left / size);
		left %= size;
		return many ? `${many} ${unit}` : [];
	});
	return parts.slice(0, 2).join(" ") || "0 s";
}
