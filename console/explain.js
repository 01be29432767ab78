// Explains what is pasted, in this page where WebAssembly runs, else by the service.

import { TokenError } from "./agora-token-client.js";
import { errors, findings, live, picture } from "./picture.js";
import { ask } from "./service.js";
import { banner, detail, field, h, input, moment, problem, rich, select, span, user } from "./ui.js";
import { texts } from "./texts.js";

let loading;

/** The crate as WebAssembly, once somebody pastes something; `null` where it cannot run. */
const engine = () => (loading ??= WebAssembly.instantiateStreaming(fetch(new URL("explain.wasm", import.meta.url)))
  .then(({ instance }) => instance.exports, () => null));

/** A report on the text, and whether it never left this page. */
export async function explain(request, signal) {
  const exports = typeof WebAssembly === "object" ? await engine() : null;
  if (!exports) return { report: await ask("/v1/inspect", request, { signal, plain: true }), here: false };
  const asked = new TextEncoder().encode(JSON.stringify({ ...request, now: Math.floor(Date.now() / 1000) }));
  const at = exports.alloc(asked.length);
  new Uint8Array(exports.memory.buffer, at, asked.length).set(asked);
  const answer = exports.explain(at, asked.length);
  const length = new DataView(exports.memory.buffer).getUint32(answer, true);
  const report = JSON.parse(new TextDecoder().decode(new Uint8Array(exports.memory.buffer, answer + 4, length)));
  exports.free(answer, length + 4);
  if (!report.verdict) throw new TokenError(report.code, 400, report);
  return { report, here: true };
}

/** The verdict in a sentence, and what it rests on. */
export function verdict(report) {
  const [worst] = report.findings.filter(({ severity }) => severity === "error");
  if (worst) {
    return banner("bad", [texts.verdict.refused, " ", rich(worst.message)], [h("strong", texts.verdict.fix), " ", rich(worst.fix)],
      worst.sdkErrors?.length ? [texts.verdict.seen, errors(worst.sdkErrors)] : null);
  }
  const until = report.expiresAt;
  const what = h("span");
  const unchecked = report.unchecked.map((name) => texts.unchecked[name] ?? name);
  return banner(
    report.verdict === "valid" ? "good" : "calm",
    live(what, () => {
      const left = until - Date.now() / 1000;
      what.textContent = until == null ? texts.verdict.endless
        : texts.verdict[left > 0 ? "works" : "over"].replace("{time}", moment(until)).replace("{span}", span(left));
    }),
    unchecked.length ? texts.verdict.unchecked.replace("{names}", list(unchecked)) : texts.verdict.checked,
  );
}

const list = (names) => (names.length > 1 ? `${names.slice(0, -1).join(", ")} ${texts.and} ${names.at(-1)}` : names[0]);

/** One report with all that belongs to it; `more` are further tokens in the text. */
export function reported(report, title) {
  const rest = report.findings.filter((finding, _, all) => finding !== all.find(({ severity }) => severity === "error"));
  return [
    title ? h("h3", title) : null,
    verdict(report),
    picture(report),
    rest.length ? h("details.card", { open: rest.some(({ severity }) => severity !== "info") }, h("summary", texts.findings.replace("{count}", rest.length)), findings(rest)) : null,
    (report.others ?? []).map((other, index) => reported(other, `${texts.another} ${index + 2}`)),
  ];
}

/** As whom the app joins, in the terms of the token's product. */
const joins = (text, services) =>
  text && services.length && !services.some(({ fields }) => "channelName" in fields) ? { userId: text } : user(text);

export function view() {
  const pasted = h("textarea", { rows: 7, autocomplete: "off", autocapitalize: "off", spellcheck: "false", placeholder: texts.explain.placeholder });
  const paste = field(texts.explain.paste, pasted, { help: texts.explain.help });
  const compare = {
    channelName: field(texts.explain.channel, input(), {}),
    user: field(texts.explain.user, input(), { help: texts.explain.userHelp }),
    appId: field(texts.explain.appId, input({ maxlength: 64 }), {}),
    role: field(texts.explain.role, select([["", texts.explain.anyRole], ["publisher", "publisher"], ["subscriber", "subscriber"]], "")),
  };
  const where = h("p.privacy", { role: "status" });
  const result = h("div.result", { "aria-live": "polite" });
  const empty = () => [h("div.empty", h("h2", texts.explain.emptyTitle), h("p", texts.explain.emptyText),
    h("button", { type: "button", onclick() {
      pasted.value = texts.explain.sample;
      run();
      pasted.focus();
    } }, texts.explain.example))];
  let asked, services = [], timer;

  async function run() {
    asked?.abort();
    const { signal } = (asked = new AbortController());
    for (const { error } of [paste, ...Object.values(compare)]) error();
    if (!pasted.value.trim()) {
      where.textContent = "";
      return result.replaceChildren(...empty());
    }
    const value = (name) => compare[name].control.value.trim();
    const request = (of) => ({
      token: pasted.value,
      ...Object.fromEntries(["channelName", "appId", "role"].filter(value).map((name) => [name, value(name)])),
      ...joins(value("user"), of),
    });
    try {
      let { report, here } = await explain(request(services), signal);
      // Which product it is decides what its user is called.
      const known = services;
      services = report.services;
      if (value("user") && "userId" in joins(value("user"), known) !== "userId" in joins(value("user"), services)) {
        report = (await explain(request(services), signal)).report;
      }
      if (signal.aborted) return;
      where.textContent = here ? texts.explain.here : texts.explain.there;
      result.replaceChildren(...[reported(report)].flat(3).filter(Boolean));
    } catch (error) {
      if (signal.aborted) return;
      const at = { uid: "user", account: "user", userId: "user", token: null }[error.field] ?? error.field;
      if (error.status === 400 && compare[at]) compare[at].error(detail(error));
      else result.replaceChildren(problem(error, run));
    }
  }
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(run, loading ? 150 : 0);
  };
  for (const { control } of [paste, ...Object.values(compare)]) control.addEventListener("input", soon);
  result.append(...empty());

  return [
    h("div.intro", h("h1", texts.explain.title), h("p", texts.explain.intro)),
    h("div.columns",
      h("div.ask", paste, where, h("fieldset", h("legend", texts.explain.compare), h("p.help", texts.explain.compareHelp), h("div.pair", compare.channelName, compare.user), compare.appId, compare.role)),
      result),
  ];
}
