// A report on a token as a picture: who, where, and what it may do from issue to end, with now marked.

import { h, moment, rich, span } from "./ui.js";
import { texts } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";
const WHO = ["uid", "account", "userId", "userUuid"];
const WHERE = ["channelName", "roomUuid", "uuid"];

const clock = () => Date.now() / 1000;

/** What moves with the time, until it is taken from the page. */
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

function shape(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** The whole of a report. */
export function picture(report) {
  const services = report.services ?? [];
  return h(
    "section.picture.card",
    { "aria-label": texts.picture.label },
    h("div.facts", facts(report)),
    report.issuedAt && services.length ? timeline(report, services) : null,
    services.flatMap(({ fields }) => (fields.permissions ?? []).length ? permissions(fields.permissions) : []),
  );
}

function facts(report) {
  const of = (names) => [
    ...new Set((report.services ?? []).flatMap(({ fields }) => names.filter((name) => name in fields).map((name) => told(name, fields[name])))),
  ];
  const roles = (report.services ?? []).flatMap(({ fields }) => fields.role ?? []);
  const rows = [
    ["who", [...of(WHO), ...roles.map((role) => `${texts.picture.role} ${role}`)]],
    ["where", of(WHERE)],
    ["project", report.appId ? [report.appId] : []],
    ["signature", [texts.signature[report.signature]].filter(Boolean)],
    ["format", [texts.format[report.format] ?? report.format]],
  ];
  return h("dl", rows.filter(([, values]) => values.length).map(([name, values]) =>
    h(`div.${name}`, h("dt", texts.picture[name]), values.map((value) => h("dd", value)))));
}

function told(name, value) {
  if (value === "" || value === "0") return WHO.includes(name) ? texts.picture.anybody : texts.picture.everywhere;
  return `${texts.picture.fields[name] ?? name} ${value}`;
}

/** The rights of each service on one scale of time. */
function timeline(report, services) {
  const ends = services.flatMap(({ privileges }) => privileges.map(({ expiresAt }) => expiresAt ?? report.expiresAt));
  const from = report.issuedAt;
  const to = Math.max(report.expiresAt ?? from, ...ends.filter((end) => end != null), from + 1);
  // Now is marked at the edge if it is far away.
  const reach = (to - from) * 0.25;
  const first = Math.max(Math.min(from, clock()), from - reach);
  const last = Math.min(Math.max(to, clock()), to + reach);
  const at = (time) => Math.min(100, Math.max(0, (100 * (time - first)) / (last - first)));
  const bars = services.map(({ name, privileges }) => h(
    "li",
    h("p.service", texts.services[name] ?? name),
    h("ul", (privileges.length ? privileges : [{ name: texts.picture.whole, expiresAt: report.expiresAt }]).map((right) =>
      bar(right.name ?? `${texts.picture.right} ${right.id}`, from, right.expiresAt ?? to, right.expiresAt == null, at))),
  ));
  const now = h("span.now");
  return h(
    "figure.timeline",
    h("figcaption", texts.picture.timeline),
    live(h("div.axis", { "aria-hidden": "true" }, now), () => {
      const left = at(clock());
      now.textContent = texts.picture.now;
      now.style.left = `${left}%`;
      now.style.transform = `translateX(${-left}%)`;
    }),
    h("ul.services", bars),
    h("p.scale", h("span", texts.picture.issued, " ", moment(from)), h("span", texts.picture.ends, " ", moment(report.expiresAt ?? to))),
  );
}

function bar(name, from, to, endless, at) {
  const state = h("span.left");
  const start = at(from);
  const done = shape("rect", { class: "done", x: `${start}%`, y: 0, height: 10, rx: 5 });
  const whole = shape("rect", { class: "whole", x: `${start}%`, width: `${Math.max(0.5, at(to) - start)}%`, y: 0, height: 10, rx: 5 });
  const mark = shape("rect", { class: "tick", y: -3, width: 2, height: 16 });
  const drawn = shape("svg", { class: "bar", width: "100%", height: 10, "aria-hidden": "true", focusable: "false" }, whole, done, mark);
  const row = h("li", h("p.right", h("span", name), state), drawn);
  return live(row, () => {
    const now = clock();
    const left = to - now;
    const over = left <= 0 && !endless;
    row.classList.toggle("over", over);
    done.setAttribute("width", `${Math.max(0, Math.min(at(now), at(to)) - start)}%`);
    mark.setAttribute("x", `${Math.min(99.6, at(now))}%`);
    state.textContent = endless ? texts.picture.endless
      : now < from ? texts.picture.notYet.replace("{span}", span(from - now))
      : (over ? texts.picture.over : texts.picture.left).replace("{span}", span(left));
  });
}

const permissions = (lists) => h("figure.permissions", h("figcaption", texts.picture.permissions),
  h("ul", lists.map((list) => h("li", h("code", typeof list === "string" ? list : Object.values(list).flat().join(" "))))));

/** What was found, the likeliest cause first. */
export function findings(found) {
  return h("ul.findings", found.map(({ severity, message, fix, sdkErrors = [] }) => h(
    `li.${severity}`,
    h("p", h("strong.severity", texts.severity[severity]), " ", rich(message)),
    fix ? h("p.fix", rich(fix)) : null,
    sdkErrors.length ? errors(sdkErrors) : null,
  )));
}

/** The errors that a person has seen of it. */
export const errors = (all) => h("ul.sdk-errors", { "aria-label": texts.sdkErrors }, all.map(({ sdk, code, name }) =>
  h("li", `${sdk} `, h("strong", String(code)), " ", h("code", name))));
