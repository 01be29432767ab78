// Issues a token. The form of each kind is what the OpenAPI document says of its request.

import { snippets } from "./code.js";
import { explain } from "./explain.js";
import { ask, credentialsField, source } from "./service.js";
import { banner, copyButton, detail, empty, field, fill, h, input, intro, moment, problem, rich, select, textarea } from "./ui.js";
import { picture } from "./picture.js";
import { texts } from "./texts.js";

const words = texts.mint;

/** The kinds of token in the document: whatever takes JSON and answers with one token. */
async function kinds() {
  const document = await ask("/openapi.json");
  /** A schema without references and `null`, and in `help` all that is said of it. */
  const resolve = ({ $ref, ...own }) => {
    const inner = $ref
      ? resolve($ref.split("/").slice(1).reduce((at, name) => at[name], document))
      : own.anyOf?.length === 2 && own.anyOf[1].type === "null" && resolve(own.anyOf[0]);
    if (!inner) return { help: own.description ?? "", ...own };
    const { anyOf, ...outer } = own;
    return { ...inner, ...outer, help: [...new Set([own.description, inner.help])].filter(Boolean).join(" ") };
  };
  return Object.entries(document.paths).flatMap(([path, { post }]) => {
    const body = post?.requestBody?.content["application/json"];
    const answer = post?.responses[200]?.content?.["application/json"]?.schema;
    if (!path.startsWith("/v1/") || !body || !answer || !resolve(answer).properties?.tokenType) return [];
    return { name: path.slice(4), post, resolve, schema: resolve(body.schema), example: body.example };
  });
}

/** `channelName` is `Channel name`. */
const label = (name) => name[0].toUpperCase() + name.slice(1).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/ id$/, " ID");

/** The controls of a schema's members; `leaves` has them by their paths. */
function controls({ properties, required = [], allOf = [], "x-order": order }, { resolve }, example, path, leaves) {
  const needed = [...required, ...allOf.flatMap(({ anyOf }) => anyOf?.[0].required ?? [])];
  const [parts, rest] = [[], []];
  for (const name of order ?? Object.keys(properties)) {
    const member = resolve(properties[name]);
    const given = example?.[name];
    // Whether it is left out in most requests.
    const rare = !path && given === undefined && !needed.includes(name) && name !== "tokenExpire";
    const help = member.help.replace(/: '[[{].*?'/, "");
    let part;
    if (member.properties) {
      part = h("fieldset", h("legend", label(name)), !path && h("p.help", rich(help)), controls(member, { resolve }, given, `${path}${name}.`, leaves));
    } else {
      const leaf = control(member, given);
      part = field(label(name), leaf.control, { name, help, required: needed.includes(name) });
      leaves.set(path + name, { ...leaf, part });
    }
    (rare ? rest : parts).push(part);
  }
  return [parts, rest.length ? h("details", h("summary", words.more), h("div.parts", rest)) : []];
}

function control({ anyOf = [], ...member }, given) {
  const variants = [member, ...anyOf];
  const values = variants.flatMap((one) => one.enum ?? []).map(String);
  if (values.length) {
    // Of several spellings, those that the member itself names.
    const named = (member.description ?? "").split("`").filter((word, index) => index % 2 && values.includes(word));
    const options = (named.length ? named : values).map((value) => [value, value]);
    const element = select([["", words.leftOut], ...options], given);
    return { control: element, read: () => element.value };
  }
  if (member.type === "array") {
    const names = member.items.type === "string";
    const element = names ? input({ value: (given ?? []).join(", ") }) : textarea({ rows: 12, value: JSON.stringify(given, null, 2) });
    const parse = () => (names ? element.value.split(",").map((name) => name.trim()) : JSON.parse(element.value));
    return { control: element, read: () => element.value && parse() };
  }
  const number = variants.find(({ type }) => type === "integer");
  const { maxLength: maxlength, pattern } = member;
  const limits = number ? { type: "number", min: number.minimum, max: number.maximum } : { maxlength };
  const element = input({ value: given ?? "", ...limits });
  return { control: element, read() {
    const { value } = element;
    element.setCustomValidity(value && pattern && !new RegExp(pattern, "u").test(value) ? words.characters : "");
    return value && number ? +value : value;
  } };
}

/** What was entered; the first field that is wrong gets the focus, and nothing is returned. */
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
    else if (value !== "") {
      const names = path.split(".");
      const last = names.pop();
      names.reduce((at, name) => (at[name] ??= {}), body)[last] = value;
    }
  }
  wrong?.focus();
  return wrong ? null : body;
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
    try {
      place.replaceChildren(form(await kinds(), result));
    } catch (error) {
      place.replaceChildren(problem(error, open));
    }
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
    summary.replaceChildren(...rich(kind.post.summary), kind.post.security.some((one) => !Object.keys(one).length) ? "" : ` ${words.server}`);
    parts.replaceChildren(...controls(kind.schema, kind, kind.example, "", (leaves = new Map())).flat(2));
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
      result.replaceChildren(...(await answered(name, body, answer)));
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
  const json = JSON.stringify(answer, null, 2);
  const [report] = await explain({ token: answer.token }).then(({ report }) => [report], () => []);
  const token = textarea({ readonly: true, rows: 4, "aria-label": words.token, value: answer.token });
  return [
    banner("good", fill(words.issued, { time: moment(answer.expiresAt), renew: moment(answer.renewAt) })),
    token, h("div.row", copyButton(() => answer.token), kind === "rtc" && handOver(answer)),
    answer.warnings.map(({ message }) => banner("warn", rich(message))),
    report ? picture(report) : [],
    h("details.card", h("summary", words.json), block(h("code", json))),
    code(snippets(kind, body)),
  ].flat();
}

const block = (shown) => h("div.code", h("pre", { tabindex: "0" }, shown), copyButton(() => shown.textContent));

function code(all) {
  const shown = h("code");
  const buttons = Object.entries(all).map(([language, text]) => h("button.quiet", { type: "button", onclick: ({ target }) => choose(target, text) }, language));
  const choose = (chosen, text) => {
    for (const button of buttons) button.ariaPressed = String(button === chosen);
    shown.textContent = text;
  };
  choose(buttons[0], all.curl);
  return h("section.card", h("h2", words.code), h("p.help", words.codeHelp), h("div.row", buttons), block(shown));
}

/** Opens the page that joins, and tells it the token once it is there: not by its URL, nor by a storage. */
const handOver = ({ token, appId, channelName, uid, account }) => h("a.button.quiet", { href: "try.html", target: "_blank", rel: "noopener", onclick() {
  const channel = new BroadcastChannel("agora-token-console");
  const end = setTimeout(() => channel.close(), 30_000);
  channel.onmessage = ({ data }) => {
    if (data !== "ready") return;
    channel.postMessage({ token, appId, channelName, uid, account });
    clearTimeout(end);
    channel.close();
  };
} }, words.try);
