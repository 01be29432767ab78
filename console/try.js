// Joins a channel with Agora's SDK, which is loaded on a click, and shows how the token is kept fresh.

import { keepRtc, TokenError } from "./agora-token-client.js";
import { explain } from "./explain.js";
import { live } from "./picture.js";
import { credentialsField, source } from "./service.js";
import { banner, button, detail, empty, field, fill, frame, h, input, intro, moment, problem, rich, select, span, textarea, user } from "./ui.js";
import { texts } from "./texts.js";

const SDK = "https://download.agora.io/sdk/release/AgoraRTC_N-4.24.8.js";
const words = texts.try;
const { channel: channelLabel, user: userLabel, userHelp } = texts.explain;

const token = field(texts.mint.token, textarea({ rows: 3 }), { help: words.tokenHelp });
const channelName = field(channelLabel, input({ value: "demo" }));
const uid = field(userLabel, input({ value: "7" }), { help: userHelp });
const tokenExpire = field(words.life, input({ value: 60, type: "number" }), { help: words.lifeHelp });
const media = field(words.media, select(Object.entries(words.medias)));
const fields = { token, channelName, uid, account: uid, tokenExpire };
const join = h("button.primary", words.join);
const leave = button(words.leave, () => over(banner("calm", words.stopped)));
const form = h("form", { "aria-label": words.title, onsubmit }, token, h("div.pair", channelName, uid), h("div.pair", tokenExpire, media), credentialsField(words.credentials), h("div.row", join, leave));
const state = h("div", { role: "status" }, empty(words));
const video = h("div.video", { hidden: true });
const log = h("ol.log.card", { role: "log", "aria-label": words.log });
leave.hidden = true;

/** What there is of a stay in a channel. */
let stay = {};

const note = (kind, text, values) => log.append(h(`li.${kind}`, h("time", moment(Date.now() / 1000)), h("span", rich(fill(text, values ?? {})))));

function load() {
  if (globalThis.AgoraRTC) return globalThis.AgoraRTC;
  return new Promise((resolve, reject) => document.head.append(h("script", {
    src: SDK,
    crossorigin: "anonymous",
    onload: () => resolve(globalThis.AgoraRTC),
    onerror: () => reject(new Error(words.noSdk)),
  })));
}

/** What a token says of itself, as if it were an answer of the service. */
async function pasted(text) {
  const { report: { appId, expiresAt, services, findings } } = await explain({ token: text });
  const { fields } = services.find(({ name }) => name === "rtc") ?? {};
  if (!fields) throw Object.assign(new Error(findings[0].message), { field: "token" });
  const ends = (before) => () => (expiresAt - before) * 1000 - Date.now();
  return { token: /00[67][\w+/=]+/.exec(text)[0], appId, expiresAt, channelName: fields.channelName, uid: 0, ...user(fields.uid), renewsIn: ends(30), endsIn: ends(0) };
}

/** The token that was pasted, then those that the service issues. */
const sourceOf = (first) => ({
  async get(...asked) {
    const answer = first ?? (await source.get(...asked));
    note("", first ? words.pasted : words.fetched, { span: span(answer.endsIn() / 1000) });
    first = undefined;
    return (stay.token = answer);
  },
});

async function onsubmit(event) {
  event.preventDefault();
  for (const { invalid } of Object.values(fields)) invalid();
  log.replaceChildren();
  join.disabled = true;
  state.replaceChildren(banner("calm", words.loading));
  stay = { tracks: [] };
  const value = ({ control }) => control.value.trim();
  const kind = media.control.value;
  try {
    const first = value(token) ? await pasted(value(token)) : undefined;
    const { account, uid: number } = first ?? user(value(uid));
    const asked = { channelName: first?.channelName ?? value(channelName), ...(account ? { account } : { uid: number }), role: kind === "watch" ? "subscriber" : "publisher", tokenExpire: +value(tokenExpire) };
    const sdk = await load();
    const client = sdk.createClient({ mode: "live", codec: "vp8", role: kind === "watch" ? "audience" : "host" });
    client.on("token-privilege-will-expire", () => note("warn", words.willExpire));
    client.on("token-privilege-did-expire", () => note("bad", words.didExpire));
    const keeper = (stay.keeper = keepRtc(client, sourceOf(first), asked));
    keeper.on("renewed", () => note("good", words.renewed));
    keeper.on("rejoined", () => note("good", words.rejoined));
    keeper.on("error", (error) => note("bad", error.message));
    keeper.on("state", (now) => now === "failed" && !join.disabled && over(banner("bad", words.failed)));
    const who = await keeper.ready;
    note("good", words.joined, { who });
    if (kind !== "watch") {
      stay.tracks = kind === "camera" ? await sdk.createMicrophoneAndCameraTracks() : [sdk.createCustomVideoTrack({ mediaStreamTrack: drawn() })];
      video.hidden = false;
      stay.tracks.at(-1).play(video);
      await client.publish(stay.tracks);
      note("good", words.published);
    }
    const left = h("span");
    state.replaceChildren(banner("good", fill(words.in, { channel: asked.channelName, who }), live(left, () => {
      left.textContent = fill(words.left, { span: span(Math.max(0, stay.token.endsIn() / 1000)) });
    })));
    join.hidden = true;
    leave.hidden = false;
    leave.focus();
  } catch (error) {
    await over(error instanceof TokenError ? problem(error) : banner("bad", words.refused, rich(error.message), error.code && words.explain));
    fields[error.field]?.invalid(detail(error));
    fields[error.field]?.control.focus();
  }
  join.disabled = false;
}

/** The track of a picture that this page draws. */
function drawn() {
  const canvas = h("canvas", { width: 320, height: 180 });
  const pen = canvas.getContext("2d");
  pen.font = "32px sans-serif";
  stay.drawing = setInterval(() => {
    pen.fillStyle = `hsl(${(Date.now() / 100) % 360} 45% 30%)`;
    pen.fillRect(0, 0, 320, 180);
    pen.fillStyle = "white";
    pen.fillText(new Date().toTimeString().slice(0, 8), 96, 100);
  }, 100);
  return canvas.captureStream(10).getVideoTracks()[0];
}

async function over(shown) {
  state.replaceChildren(shown);
  clearInterval(stay.drawing);
  for (const track of stay.tracks) track.close();
  video.hidden = leave.hidden = true;
  join.hidden = false;
  await stay.keeper?.stop();
}

document.body.replaceChildren(...frame("try", h("main", h("div", intro(words), h("div.columns", h("div.ask", form), h("div.result", state, video, log))))));

// What another tab issued, if its "Try" opened this one.
const other = new BroadcastChannel("agora-token-console");
other.onmessage = ({ data }) => {
  if (!data.token) return;
  token.control.value = data.token;
  channelName.control.value = data.channelName;
  uid.control.value = data.account ? `"${data.account}"` : data.uid;
  other.close();
};
other.postMessage("ready");
