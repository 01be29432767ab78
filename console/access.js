// What the policy grants whoever has the credentials, rule by rule, and what it does not.

import { ask, credentialsField } from "./service.js";
import { banner, empty, fill, h, intro, problem, sentence } from "./ui.js";
import { texts } from "./texts.js";

const words = texts.access;

export function view() {
	const result = h("div.result", { "aria-live": "polite" }, empty(words));
	const send = h("button.primary", words.send);
	const form = h("form", { "aria-label": words.title, async onsubmit(event) {
		event.preventDefault();
		send.textContent = texts.asking;
		try {
			result.replaceChildren(...told(await ask("/v1/explain-access", {})));
		} catch (error) {
			result.replaceChildren(problem(error, error.temporary && (() => form.requestSubmit())));
		}
		send.textContent = words.send;
	} }, credentialsField(words.help), send);
	return [intro(words), h("div.columns", h("div.ask", form), result)];
}

function told({ principal: { kind, ...names }, rules }) {
	const some = rules.filter(({ applies }) => applies).length;
	const known = Object.entries(names).filter(([name]) => words.names[name]);
	return [
		banner(some ? "good" : "warn", words.kinds[kind] ?? kind, fill(some ? words.some : words.nothing, { some, all: rules.length })),
		known.length ? h("section.card", h("h2", words.known), list(known, words.names)) : "",
		h("ol.rules", rules.map(({ name, applies, why, grants }) => h(
			`li.rule.card.${applies ? "good" : "not"}`,
			h("div.head", h("h2", name), h("span.badge", words[applies ? "applies" : "not"])),
			why && h("p", sentence(why)),
			grants && list(Object.entries(grants), words.grants),
		))),
	];
}

const list = (entries, labels) => h("dl.grants", entries.map(([name, value]) => h("div", h("dt", labels[name] ?? name), h("dd", shown(value)))));

function shown(value) {
	if (Array.isArray(value)) return value.length ? h("ul.tags", value.map((one) => h("li", h("code", String(one))))) : words.none;
	if (value?.patterns) return [shown(value.patterns), value.unusable && [h("p.fix", words.unusable), shown(value.unusable)]];
	if (typeof value === "object") return shown(Object.entries(value ?? {}).map(([name, one]) => `${name}: ${one}`));
	return typeof value === "boolean" ? words[value] : String(value);
}
