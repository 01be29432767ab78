// How the service is asked. Credentials are here, in the memory of this tab, and nowhere else.

import { createTokenSource, TokenError } from "./agora-token-client.js";
import { field, input, serviceUrl } from "./ui.js";
import { texts } from "./texts.js";

let shown = "";
const fields = new Set();

const credentials = () => (!shown ? null : /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(shown) ? { jwt: shown } : { apiKey: shown });

/** Tokens, as the client package fetches them. */
export const source = createTokenSource({ baseUrl: serviceUrl, credentials });

/** Anything else that the service answers; refusals are those of the client package. */
export async function ask(path, body, { signal, anonymous } = {}) {
	const { jwt, apiKey } = (!anonymous && credentials()) || {};
	const headers = { ...(jwt && { authorization: `Bearer ${jwt}` }), ...(apiKey && { "x-api-key": apiKey }) };
	if (body) headers["content-type"] = "application/json";
	let response, answer;
	try {
		const limits = AbortSignal.any([signal, AbortSignal.timeout(15_000)].filter(Boolean));
		response = await fetch(serviceUrl + path, { headers, signal: limits, ...(body && { method: "POST", body: JSON.stringify(body) }) });
		answer = await response.json().catch(() => null);
	} catch (cause) {
		throw new TokenError("unreachable", 0, {}, undefined, cause);
	}
	if (response.ok && answer) return answer;
	const after = +response.headers.get("retry-after") || undefined;
	throw new TokenError(answer?.code ?? "unknown", response.ok ? 502 : response.status, { detail: answer?.message, ...answer }, after);
}

/** The field for credentials, the same in all views. */
export function credentialsField(help = texts.credentials.help) {
	const kind = () => texts.credentials[Object.keys(credentials() ?? { help })[0]] ?? "";
	const oninput = ({ target }) => {
		shown = target.value.trim().replace(/^bearer\s+/i, "");
		for (const one of fields) one(target.value);
	};
	const control = input({ type: "password", value: shown, placeholder: texts.credentials.none, oninput });
	const element = field(texts.credentials.label, control, { help });
	fields.add((value) => {
		control.value = value;
		element.querySelector(".help").textContent = shown ? kind() : help;
	});
	return element;
}
