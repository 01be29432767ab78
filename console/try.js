// Joins a channel with Agora's SDK, which is loaded on a click, and shows how the token is kept fresh.

import { keepRtc, TokenError } from "./agora-token-client.js";
import { explain } from "./explain.js";
import { live } from "./picture.js";
import { credentialsField, source } from "./service.js";
import { banner, detail, field, frame, h, input, moment, problem, rich, select, span, user } from "./ui.js";
import { texts } from "./texts.js";

const SDK = "https://download.agora.io/sdk/release/AgoraRTC_N-4.24.8.js";
let sdk;

function load() {
  sdk ??= new Promise((resolve, reject) => {
    document.head.append(h("script", { src: SDK, crossorigin: "anonymous", onload: () => resolve(globalThis.AgoraRTC), onerror() {
      sdk = undefined;
      reject(new Error(texts.try.noSdk.replace("{host}", new URL(SDK).host)));
    } }));
  });
  return sdk;
}

const token = field(texts.try.token, h("textarea", { rows: 3, autocomplete: "off", spellcheck: "false" }), { help: texts.try.tokenHelp });
const channel = field(texts.explain.channel, input({ value: "demo" }), {});
const who = field(texts.explain.user, input({ value: "7" }), { help: texts.explain.userHelp });
const life = field(texts.try.life, input({ value: "60", inputmode: "numeric" }), { help: texts.try.lifeHelp });
const media = field(texts.try.media, select(Object.entries(texts.try.medias), "picture"), {});
const join = h("button.primary", { type: "submit" }, texts.try.join);
const leave = h("button", { type: "button", hidden: true }, texts.try.leave);
const form = h("form", { novalidate: true, "aria-label": texts.try.title }, token, h("div.pair", channel, who), h("div.pair", life, media), credentialsField(texts.try.credentials), h("div.row", join, leave));
const log = h("ol.log.card", { "aria-label": texts.try.log, role: "log" });
const state = h("div.state", { role: "status" });
const video = h("div.video", { hidden: true });
const result = h("div.result", state, video, log);
state.append(h("div.empty", h("h2", texts.try.emptyTitle), h("p", texts.try.emptyText)));

const note = (text, kind = "") => log.append(h(`li.${kind || "event"}`, h("time", moment(Date.now() / 1000)), h("span", rich(text))));

/** What the token that was pasted says of itself, as if it were an answer of the service. */
async function pasted(text) {
  const { report } = await explain({ token: text });
  const rtc = report.services.find(({ fields }) => "channelName" in fields && "uid" in fields);
  if (!rtc) throw Object.assign(new Error(report.findings[0]?.message ?? texts.try.noRtc), { field: token });
  const { appId, issuedAt, expiresAt } = report;
  return { token: text.trim(), appId, channelName: rtc.fields.channelName, issuedAt, expiresAt, uid: 0, ...user(rtc.fields.uid) };
}

/** Pasted first, then what the service issues. */
function sourceOf(first) {
  const clock = (answer) => ({
    ...answer,
    renewsIn: () => (answer.expiresAt - 30) * 1000 - Date.now(),
    endsIn: () => answer.expiresAt * 1000 - Date.now(),
  });
  return {
    async get(kind, parameters, options) {
      const own = first && clock(first);
      first = undefined;
      const answer = own ?? (await source.get(kind, parameters, options));
      note((own ? texts.try.pasted : texts.try.fetched).replace("{span}", span(answer.expiresAt - Date.now() / 1000)));
      running.ends = answer.expiresAt;
      return answer;
    },
  };
}

let running;

form.onsubmit = async (event) => {
  event.preventDefault();
  for (const { error } of [token, channel, who, life]) error();
  log.replaceChildren();
  join.disabled = true;
  state.replaceChildren(banner("calm", texts.try.loading));
  running = { ends: 0, tracks: [] };
  try {
    const first = token.control.value.trim() ? await pasted(token.control.value) : undefined;
    if (first) channel.control.value = first.channelName;
    const joins = !first ? user(who.control.value.trim()) : first.account ? { account: first.account } : { uid: first.uid };
    const parameters = { channelName: channel.control.value, role: media.control.value === "watch" ? "subscriber" : "publisher", tokenExpire: +life.control.value || 3600, ...joins };
    const AgoraRTC = await load();
    AgoraRTC.setLogLevel?.(3);
    AgoraRTC.disableLogUpload?.();
    const client = AgoraRTC.createClient({ mode: "live", codec: "vp8", role: media.control.value === "watch" ? "audience" : "host" });
    client.on("token-privilege-will-expire", () => note(texts.try.willExpire, "warn"));
    client.on("token-privilege-did-expire", () => note(texts.try.didExpire, "bad"));
    const keeper = (running.keeper = keepRtc(client, sourceOf(first), parameters));
    keeper.on("renewed", () => note(texts.try.renewed, "good"));
    keeper.on("rejoined", () => note(texts.try.rejoined, "good"));
    keeper.on("error", (error) => note(`${texts.try.error} ${error.message}`, "bad"));
    keeper.on("state", (now) => {
      if (now === "failed") over(texts.try.failed);
    });
    const uid = await keeper.ready;
    note(texts.try.joined.replace("{uid}", uid), "good");
    running.tracks = await tracks(AgoraRTC, media.control.value);
    if (running.tracks.length) {
      await client.publish(running.tracks);
      note(texts.try.published, "good");
    }
    leave.hidden = false;
    join.hidden = true;
    const what = h("span");
    state.replaceChildren(banner("good", [texts.try.in.replace("{channel}", parameters.channelName).replace("{uid}", uid), " ", live(what, () => {
      what.textContent = texts.try.left.replace("{span}", span(Math.max(0, running.ends - Date.now() / 1000)));
    })]));
    leave.focus();
  } catch (error) {
    await stop();
    refused(error);
  } finally {
    join.disabled = false;
  }
};

function refused(error) {
  const at = error.field?.error ? error.field : { channelName: channel, uid: who, account: who, tokenExpire: life }[error.field];
  const sdk = error.cause ?? error;
  if (error instanceof TokenError && error.status !== 400) state.replaceChildren(problem(error));
  else state.replaceChildren(banner("bad", texts.try.refused, [rich(error.message)], sdk.name === "AgoraRTCException" ? texts.try.explain : null));
  if (at) {
    at.error(detail(error));
    at.control.focus();
  }
}

/** A picture that this page draws, or the camera and the microphone. */
async function tracks(AgoraRTC, kind) {
  if (kind === "watch") return [];
  const made = kind === "camera" ? await AgoraRTC.createMicrophoneAndCameraTracks() : [AgoraRTC.createCustomVideoTrack({ mediaStreamTrack: drawn() })];
  video.hidden = false;
  made.at(-1).play(video);
  return made;
}

function drawn() {
  const canvas = h("canvas", { width: 320, height: 180 });
  const pen = canvas.getContext("2d");
  const draw = () => {
    pen.fillStyle = `hsl(${(Date.now() / 100) % 360} 45% 30%)`;
    pen.fillRect(0, 0, 320, 180);
    pen.fillStyle = "#fff";
    pen.font = "28px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.fillText(new Date().toTimeString().slice(0, 8), 160, 100);
  };
  draw();
  running.drawing = setInterval(draw, 100);
  return canvas.captureStream(10).getVideoTracks()[0];
}

async function stop() {
  clearInterval(running?.drawing);
  for (const track of running?.tracks ?? []) track.close();
  video.replaceChildren();
  video.hidden = true;
  await running?.keeper?.stop();
}

function over(text, kind = "bad") {
  stop();
  state.replaceChildren(banner(kind, text));
  leave.hidden = true;
  join.hidden = false;
  join.focus();
}

leave.onclick = () => over(texts.try.stopped, "calm");

const main = h("main", { id: "main", tabindex: "-1" }, h("div.view.try", h("div.intro", h("h1", texts.try.title), h("p", texts.try.intro)), h("div.columns", h("div.ask", form), result)));
document.body.replaceChildren(...frame("try", main));

// What another tab of this page issued, if its "Try" opened this one.
const told = new BroadcastChannel("agora-token-console");
told.onmessage = ({ data }) => {
  if (!data?.token) return;
  token.control.value = data.token;
  channel.control.value = data.channelName;
  who.control.value = data.account ? `"${data.account}"` : data.uid ?? "";
  told.close();
};
told.postMessage("ready");
