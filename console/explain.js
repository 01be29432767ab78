// Explains what is pasted: in this page where WebAssembly runs, otherwise by the service.

import { TokenError } from "./agora-token-client.js";
import { errors, findings, live, picture } from "./picture.js";
import { ask } from "./service.js";
import { banner, button, detail, empty, field, fill, h, input, intro, moment, problem, rich, span, textarea, user } from "./ui.js";
import { texts } from "./texts.js";

let loading;

/** The crate as WebAssembly, or `null` where it cannot run. */
const engine = () => (loading ??= (async () => {
	const { instance } = await WebAssembly.instantiateStreaming(fetch(new URL("explain.wasm", import.meta.url)));
	return instance.exports;
})().catch(() => null));

/** A report on the text, and whether it was made here. */
export async function explain(request, signal) {
	const crate = await engine();
	if (!crate) return { report: await ask("/v1/inspect", request, { signal, anonymous: true }) };
	const asked = new TextEncoder().encode(JSON.stringify({ ...request, now: Math.floor(Date.now() / 1000) }));
	const at = crate.alloc(asked.length);
	new Uint8Array(crate.memory.buffer, at, asked.length).set(asked);
	const answer = crate.explain(at, asked.length);
	const length = new DataView(crate.memory.buffer).getUint32(answer, true);
	const report = JSON.parse(new TextDecoder().decode(new Uint8Array(crate.memory.buffer, answer + 4, length)));
	crate.free(answer, length + 4);
	if (!report.verdict) throw new TokenError(report.code, 400, report);
	return { report, here: true };
}

/** The verdict in a sentence, and what it rests on. */
function verdict({ verdict, findings, expiresAt, unchecked }) {
	const words = texts.verdict;
	const wrong = findings.find(({ severity }) => severity === "error");
	if (wrong) {
		const { message, fix, sdkErrors = [] } = wrong;
		return banner("bad", [words.refused, rich(message), "."], [h("strong", words.fix), rich(fix), "."], sdkErrors.length > 0 && [words.seen, errors(sdkErrors)]);
	}
	const names = [...new Set(unchecked.map((name) => texts.unchecked[name] ?? name))];
	const what = h("span");
	live(what, () => {
		what.textContent = expiresAt == null ? words.endless : fill(words.works, { time: moment(expiresAt), span: span(expiresAt - Date.now() / 1000) });
	});
	return banner(verdict === "valid" ? "good" : "calm", what, names.length ? fill(words.unchecked, { names: new Intl.ListFormat("en").format(names) }) : words.checked);
}

/** A report with all that belongs to it; those of further tokens in the text follow. */
function reported(report, title) {
	const wrong = report.findings.findIndex(({ severity }) => severity === "error");
	const rest = report.findings.filter((_, index) => index !== wrong);
	return [
		title && h("h2", title),
		verdict(report),
		picture(report),
		rest.length > 0 && h("details.card", { open: rest.some(({ severity }) => severity !== "info") }, h("summary", fill(texts.findings, { count: rest.length })), findings(rest)),
		(report.others ?? []).map((other, index) => reported(other, `${texts.mint.token} ${index + 2}`)),
	];
}

/** As whom the app joins, in the terms of the token's product. */
const joins = (text, services) =>
	text && services.length && !services.some(({ fields }) => "channelName" in fields) ? { userId: text } : user(text);

export function view() {
	const words = texts.explain;
	const pasted = textarea({ rows: 7, placeholder: "007eJx…" });
	const compared = {
		channelName: field(words.channel, input()),
		user: field(words.user, input(), { help: words.userHelp }),
		appId: field(words.appId, input()),
	};
	const privacy = h("p.privacy", { role: "status", hidden: true });
	const result = h("div.result", { "aria-live": "polite" });
	const start = empty(words, button(words.example, () => {
		pasted.value = words.sample;
		run();
	}));
	let asked, timer, services = [];

	async function run() {
		asked?.abort();
		const { signal } = (asked = new AbortController());
		for (const { invalid } of Object.values(compared)) invalid();
		privacy.hidden = true;
		if (!pasted.value.trim()) return result.replaceChildren(start);
		const value = (name) => compared[name].control.value.trim() || undefined;
		const request = () => ({ token: pasted.value, channelName: value("channelName"), appId: value("appId"), ...joins(value("user"), services) });
		try {
			const first = JSON.stringify(request());
			let told = await explain(JSON.parse(first), signal);
			// Which product it is decides what its user is called.
			({ services } = told.report);
			if (JSON.stringify(request()) !== first) told = await explain(request(), signal);
			if (signal.aborted) return;
			privacy.textContent = told.here ? words.here : words.there;
			privacy.className = told.here ? "privacy" : "help";
			privacy.hidden = false;
			result.replaceChildren(h("div.result", reported(told.report)));
		} catch (error) {
			if (signal.aborted) return;
			const wrong = compared[["uid", "account", "userId"].includes(error.field) ? "user" : error.field];
			if (wrong) wrong.invalid(detail(error));
			else result.replaceChildren(problem(error, run));
		}
	}
	const ask = h("div.ask", { oninput() {
		clearTimeout(timer);
		timer = setTimeout(run, 150);
	} }, field(words.paste, pasted, { help: words.help }), privacy, h("fieldset", h("legend", words.compare), h("p.help", words.compareHelp), h("div.pair", compared.channelName, compared.user), compared.appId));
	result.append(start);
	return [intro(words), h("div.columns", ask, result)];
}
