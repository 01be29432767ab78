// How the service is asked. Credentials are here, in the memory of this tab, and nowhere else.

import { createTokenSource, TokenError } from "./agora-token-client.js";
import { field, input, serviceUrl, h } from "./ui.js";
import { texts } from "./texts.js";

let shown = "";

/** A JWT has three parts, the first of which is an object in base64url. */
const isJwt = (text) => /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(text);

export const credentials = () => (shown ? (isJwt(shown) ? { jwt: shown } : { apiKey: shown }) : null);

/** Tokens, as the client package fetches them. */
export const source = createTokenSource({ baseUrl: serviceUrl, credentials });

/** Anything else that the service answers. */
export async function ask(path, body, { signal, plain } = {}) {
  const mine = plain ? null : credentials();
  const headers = !mine ? {} : mine.jwt ? { authorization: `Bearer ${mine.jwt}` } : { "x-api-key": mine.apiKey };
  const limit = AbortSignal.timeout(15_000);
  let response, answer;
  try {
    response = await fetch(serviceUrl + path, {
      cache: body ? "no-store" : "default",
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      ...(body ? { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) } : {}),
    });
    answer = await response.json().catch(() => undefined);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new TokenError("unreachable", 0, {}, undefined, cause);
  }
  if (response.ok && answer) return answer;
  const after = Number(response.headers.get("retry-after")) || undefined;
  throw new TokenError(answer?.code ?? `http_${response.status}`, response.ok ? 502 : response.status, answer ?? {}, after);
}

/** The field for credentials, the same in all views. */
export function credentialsField(help = texts.credentials.help) {
  const control = input({ type: "password", name: "credentials", value: shown, placeholder: texts.credentials.none });
  const kind = h("p.help.kind", { role: "status" });
  const tell = () => (kind.textContent = !shown ? "" : isJwt(shown) ? texts.credentials.jwt : texts.credentials.apiKey);
  control.addEventListener("input", () => {
    shown = control.value.trim().replace(/^bearer\s+/i, "");
    tell();
  });
  const element = field(texts.credentials.label, control, { help });
  const reveal = h("button.quiet", { type: "button", "aria-pressed": "false", onclick() {
    const hidden = control.type === "password";
    control.type = hidden ? "text" : "password";
    reveal.setAttribute("aria-pressed", String(hidden));
  } }, texts.credentials.show);
  const row = h("div.row");
  control.replaceWith(row);
  row.append(control, reveal);
  element.append(kind);
  tell();
  return element;
}
