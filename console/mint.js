// Issues a token. The form of each kind is what the OpenAPI document says of its request.

import { snippets } from "./code.js";
import { explain } from "./explain.js";
import { picture } from "./picture.js";
import { ask, credentialsField, source } from "./service.js";
import { banner, copyButton, detail, empty, field, fill, h, input, intro, moment, problem, rich, select, textarea } from "./ui.js";
import { texts } from "./texts.js";

const words = texts.mint;

/** The kinds of token in the document: whatever takes JSON and answers with one token. */
async function kinds() {
	const document = await ask("/openapi.json");
	/** A schema without references and `null`, with all that is said of it in `help`. */
	const resolve = ({ $ref, anyOf, ...own }) => {
		const inner = $ref ? $ref.split("/").slice(1).reduce((at, name) => at[name], document) : anyOf?.[1].type === "null" && anyOf[0];
		if (!inner) return { help: own.description ?? "", anyOf, ...own };
		const { help, ...rest } = resolve(inner);
		return { ...rest, ...own, help: [...new Set([own.description, help])].filter(Boolean).join(" ") };
	};
	const json = (body) => body?.content?.["application/json"];
	return Object.entries(document.paths).flatMap(([path, { post }]) => {
		const [body, answer] = [json(post?.requestBody), json(post?.responses[200])];
		if (!path.startsWith("/v1/") || !body || !answer || !resolve(answer.schema).properties?.tokenType) return [];
		return { name: path.slice(4), post, resolve, schema: resolve(body.schema), example: body.example };
	});
}

/** `channelName` is `Channel name`. */
const label = (name) => name[0].toUpperCase() + name.slice(1).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The controls of a schema's members; `leaves` has them by their paths. */
function controls({ properties, required = [], allOf = [], "x-order": order }, resolve, example, path, leaves) {
	const needed = [...required, ...allOf.flatMap(({ anyOf }) => anyOf?.[0].required ?? [])];
	const [parts, rare] = [[], []];
	for (const name of order.toSorted((a, b) => (a === "tokenExpire") - (b === "tokenExpire"))) {
		const member = resolve(properties[name]);
		const given = example?.[name];
		const help = member.help.replace(/: '[[{].*?'/, "");
		let part;
		if (member.properties) {
			part = h("fieldset", h("legend", label(name)), !path && h("p.help", rich(help)), controls(member, resolve, given, `${path}${name}.`, leaves));
		} else {
			const leaf = control(member, given);
			part = field(label(name), leaf.control, { name, help, required: needed.includes(name) });
			leaves.set(path + name, { ...leaf, part });
		}
		(path || given !== undefined || needed.includes(name) || name === "tokenExpire" ? parts : rare).push(part);
	}
	return [parts, rare.length > 0 && h("details", h("summary", words.more), h("div.parts", rare))];
}

function control({ anyOf = [], ...member }, given) {
	const variants = [member, ...anyOf];
	const values = variants.flatMap((one) => one.enum ?? []).map(String);
	if (values.length) {
		// Of several spellings, those that the member itself names.
		const named = (member.description ?? "").split("`").filter((word) => values.includes(word));
		const control = select([["", words.leftOut], ...(named.length ? named : values).map((value) => [value, value])], given);
		return { control, read: () => control.value };
	}
	if (member.type === "array") {
		const names = member.items.type === "string";
		const control = names ? input({ value: given ?? "" }) : textarea({ rows: 12, value: JSON.stringify(given, null, 2) });
		return { control, read: () => control.value && (names ? control.value.split(/\s*,\s*/) : JSON.parse(control.value)) };
	}
	const number = variants.find(({ type }) => type === "integer");
	const control = input({ value: given ?? "", ...(number ? { type: "number", min: number.minimum, max: number.maximum } : { maxlength: member.maxLength }) });
	return { control, read() {
		const { value } = control;
		control.setCustomValidity(!value || new RegExp(member.pattern, "u").test(value) ? "" : words.characters);
		return value && number ? +value : value;
	} };
}

/** What was entered; nothing if something is wrong, and that is said where it is. */
function read(leaves) {
	const body = {};
	let wrong;
	for (const [path, { control, read, part }] of leaves) {
		let value, error;
		try {
			value = read();
			error = control.validationMessage;
		} catch {
			error = words.notJson;
		}
		point(part, error);
		if (error) wrong ??= control;
		if (value === "" || error) continue;
		const names = path.split(".");
		const last = names.pop();
		names.reduce((at, name) => (at[name] ??= {}), body)[last] = value;
	}
	wrong?.focus();
	return !wrong && body;
}

function point(part, error) {
	part.invalid(error);
	const hidden = part.closest("details");
	if (error && hidden) hidden.open = true;
}

export async function view() {
	const result = h("div.result", { "aria-live": "polite" });
	const place = h("div.ask");
	const open = async () => {
		place.replaceChildren(h("p.help", texts.asking));
		place.replaceChildren(await kinds().then((all) => form(all, result), (error) => problem(error, open)));
	};
	await open();
	return [intro(words), h("div.columns", place, result)];
}

function form(all, result) {
	let kind, leaves;
	const choice = select(all.map(({ name, post }) => [name, `${name} · ${post.tags[0].split(":")[0]}`]), "rtc", { onchange: choose });
	const summary = h("p.help");
	const parts = h("div.parts");
	const send = h("button.primary", words.send);
	const element = h("form", { novalidate: true, "aria-label": words.title, onsubmit }, field(words.kind, choice), summary, parts, credentialsField(), send);

	function choose() {
		kind = all.find(({ name }) => name === choice.value);
		const { schema, resolve, example, post } = kind;
		summary.replaceChildren(post.summary, post.security.at(-1).bearer ? ` ${words.server}` : "");
		parts.replaceChildren(h("div.parts", controls(schema, resolve, example, "", (leaves = new Map()))));
		result.replaceChildren(empty(words));
	}
	choose();

	async function onsubmit(event) {
		event.preventDefault();
		const { name } = kind;
		const body = read(leaves);
		if (!body || send.ariaBusy) return;
		send.ariaBusy = "true";
		send.textContent = texts.asking;
		try {
			const answer = await source.get(name, body, { force: true, patience: 4000 });
			result.replaceChildren(h("div.result", await answered(name, body, answer)));
			if (innerWidth < 928) result.scrollIntoView();
		} catch (error) {
			result.replaceChildren(problem(error, error.temporary && (() => element.requestSubmit())));
			// `services[0].uid` is in the field `services`.
			const leaf = leaves.get(error.field) ?? leaves.get(error.field?.replace(/[.[].*/, ""));
			if (leaf) {
				point(leaf.part, detail(error));
				leaf.control.focus();
			}
		}
		send.ariaBusy = null;
		send.textContent = words.send;
	}
	return element;
}

/** The answer as a picture, as JSON, and as code that asks for the same. */
async function answered(kind, body, answer) {
	const { token, warnings, expiresAt, renewAt } = answer;
	const told = await explain({ token }).catch(() => null);
	return [
		banner("good", fill(words.issued, { time: moment(expiresAt), renew: moment(renewAt) })),
		textarea({ readonly: true, rows: 4, "aria-label": words.token, value: token }),
		h("div.row", copyButton(() => token), kind === "rtc" && handOver(answer)),
		warnings.map(({ message }) => banner("warn", rich(message))),
		told && picture(told.report),
		h("details.card", h("summary", words.json), block(h("code", JSON.stringify(answer, null, 2)))),
		code(Object.entries(snippets(kind, body))),
	];
}

const block = (shown) => h("div.code", h("pre", { tabindex: "0" }, shown), copyButton(() => shown.textContent));

function code(all) {
	const shown = h("code");
	const buttons = all.map(([language, text]) => h("button.quiet", { type: "button", onclick() {
		for (const button of buttons) button.ariaPressed = String(button.textContent === language);
		shown.textContent = text;
	} }, language));
	buttons[0].click();
	return h("section.card", h("h2", words.code), h("p.help", words.codeHelp), h("div.row", buttons), block(shown));
}

/** Opens the page that joins, and tells it the token once it is there: not by its URL, nor by a storage. */
const handOver = ({ token, appId, channelName, uid, account }) => h("a.button.quiet", { href: "try.html", target: "_blank", rel: "noopener", onclick() {
	const channel = new BroadcastChannel("agora-token-console");
	channel.onmessage = ({ data }) => {
		if (data !== "ready") return;
		channel.postMessage({ token, appId, channelName, uid, account });
		channel.close();
	};
} }, words.try);
