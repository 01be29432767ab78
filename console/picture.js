// A report on a token as a picture: who, where, and what it allows from issue to end, with now marked.

import { fill, h, moment, rich, sentence, set, span } from "./ui.js";
import { texts } from "./texts.js";

const NAMES = { who: ["uid", "account", "userId", "userUuid"], where: ["channelName", "roomUuid", "uuid"] };
const words = texts.picture;
const clock = () => Date.now() / 1000;

/** What moves with the time, while it is on the page. */
const moving = new Map();
setInterval(() => {
	for (const [element, update] of moving) {
		if (element.isConnected) update();
		else moving.delete(element);
	}
}, 1000);

export function live(element, update) {
	update();
	// By then it stands in the page.
	setTimeout(() => moving.set(element, update));
	return element;
}

const shape = (name, attributes) => set(document.createElementNS("http://www.w3.org/2000/svg", name), attributes);

export function picture(report) {
	const all = report.services.map(({ fields }) => fields);
	const told = (kind) => [...new Set(all.flatMap((fields) => NAMES[kind].filter((name) => name in fields).map((name) =>
		["", "0"].includes(fields[name]) ? words[`any ${kind}`] : `${words.fields[name] ?? name} ${fields[name]}`)))];
	const facts = {
		who: [...told("who"), ...all.flatMap(({ role }) => (role == null ? [] : `${words.role} ${role}`))],
		where: told("where"),
		project: [report.appId].filter(Boolean),
		format: [texts.format[report.format]],
		signature: [texts.signature[report.signature]].filter(Boolean),
	};
	const permissions = all.flatMap((fields) => fields.permissions ?? []);
	return h(
		"section.picture.card",
		{ "aria-label": texts.mint.token },
		h("dl", Object.entries(facts).map(([name, values]) => values.length > 0 && h(`div.${name}`, h("dt", words[name]), values.map((value) => h("dd", value))))),
		report.issuedAt && all.length > 0 && timeline(report),
		permissions.length > 0 && h("figure", h("figcaption", words.permissions), h("ul.tags", permissions.map((one) => h("li", typeof one === "string" ? one : Object.values(one).flat().join(" "))))),
	);
}

/** The rights of each service, on one scale of time. */
function timeline({ issuedAt: from, expiresAt, services }) {
	const end = (right) => right.expiresAt ?? Infinity;
	const to = Math.max(from + 1, expiresAt, ...services.flatMap(({ privileges }) => privileges.map((right) => right.expiresAt)));
	// Now is marked at the edge if it is far away.
	const reach = (to - from) / 4;
	const first = Math.max(Math.min(from, clock()), from - reach);
	const last = Math.min(Math.max(to, clock()), to + reach);
	const at = (time) => (100 * (Math.min(Math.max(time, first), last) - first)) / (last - first);
	const now = h("span.now", words.now);
	const rights = ({ privileges }) => (privileges.length ? privileges : [{ name: words.whole, expiresAt }]);
	return h(
		"figure",
		h("figcaption", words.timeline),
		live(h("div.axis", { "aria-hidden": "true" }, now), () => {
			now.style.left = `${at(clock())}%`;
			now.style.transform = `translateX(-${at(clock())}%)`;
		}),
		services.map((service) => [
			h("p.service", texts.services[service.name] ?? service.name),
			h("ul.rights", rights(service).map((right) => bar(right.name ?? `${words.right} ${right.id}`, from, end(right), at))),
		]),
		h("p.scale", h("span", words.issued, moment(from)), h("span", words.ends, moment(expiresAt ?? to))),
	);
}

function bar(name, from, to, at) {
	const state = h("span.left");
	const part = (kind, end) => shape("rect", { class: kind, x: `${at(from)}%`, width: `${Math.max(0, at(end) - at(from))}%`, height: 10, rx: 5 });
	const svg = shape("svg", { class: "bar", width: "100%", height: 10, "aria-hidden": "true" });
	const row = h("li", h("p.right", h("span", name), state), svg);
	return live(row, () => {
		const now = clock();
		row.className = to <= now ? "over" : "";
		svg.replaceChildren(part("whole", to), part("done", Math.min(now, to)), shape("rect", { class: "tick", x: `${Math.min(99.6, at(now))}%`, y: -3, width: 2, height: 16 }));
		state.textContent = to === Infinity ? words.endless
			: fill(to <= now ? words.over : now < from ? words.notYet : words.left, { span: span(now < from ? from - now : to - now) });
	});
}

/** What was found, the likeliest cause first. */
export const findings = (found) => h("ul.findings", found.map(({ severity, message, fix, sdkErrors }) => h(
	`li.finding.${severity}`,
	h("p", h("strong", texts.severity[severity]), rich(message), "."),
	fix && h("p.fix", sentence(fix)),
	errors(sdkErrors),
)));

/** The errors that a person has seen of it. */
export const errors = (all = []) => all.length > 0 && h("ul.tags", { "aria-label": texts.verdict.seen }, all.map(({ sdk, code, name }) =>
	h("li", `${sdk} `, h("strong", String(code)), " ", h("code", name))));
