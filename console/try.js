// Joins a channel with Agora's SDK, which is loaded on a click, and shows how the token is kept fresh.

import { TokenError } from "./agora-token-client.js";
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
const video = h("video", { hidden: true, muted: true, autoplay: true, playsinline: true, "aria-label": words.media });
const log = h("ol.log.card");
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
	return { token: /00[67][\w+/=]+/.exec(text)[0], appId, expiresAt, channelName: fields.channelName, ...user(fields.uid) };
}

function use(answer, text) {
	stay.ends = answer.expiresAt;
	note("", text, { span: span(answer.expiresAt - Date.now() / 1000) });
	return answer;
}

/** With some refusals, the SDK never says anything. */
const inTime = (promise) => Promise.race([promise, new Promise((_, reject) => setTimeout(reject, 20_000, new Error(words.silent)))]);

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
		const first = value(token) && (await pasted(value(token)));
		const { account, uid: number } = first || user(value(uid));
		const asked = { channelName: first?.channelName ?? value(channelName), ...(account ? { account } : { uid: number }), role: kind === "watch" ? "subscriber" : "publisher", tokenExpire: +value(tokenExpire) };
		const fetchToken = async () => use(await source.get("rtc", asked, { force: true, patience: 10_000 }), words.fetched);
		const answer = first ? use(first, words.pasted) : await fetchToken();
		const sdk = await load();
		const client = (stay.client = sdk.createClient({ mode: "live", codec: "vp8", role: kind === "watch" ? "audience" : "host" }));
		client.on("token-privilege-will-expire", async () => {
			note("warn", words.willExpire);
			try {
				await inTime(client.renewToken((await fetchToken()).token));
				note("good", words.renewed);
			} catch (error) {
				note("bad", error.message);
			}
		});
		client.on("token-privilege-did-expire", () => {
			note("bad", words.didExpire);
			over(banner("bad", words.ended));
		});
		const who = await inTime(client.join(answer.appId, answer.channelName, answer.token, answer.account ?? (answer.uid || null)));
		note("good", words.joined, { who });
		if (kind !== "watch") {
			stay.tracks = kind === "camera" ? await sdk.createMicrophoneAndCameraTracks() : [sdk.createCustomVideoTrack({ mediaStreamTrack: drawn() })];
			// The SDK's own player brings elements and styles with it.
			video.srcObject = new MediaStream([stay.tracks.at(-1).getMediaStreamTrack()]);
			video.hidden = false;
			await client.publish(stay.tracks);
			note("good", words.published);
		}
		const left = h("span");
		state.replaceChildren(banner("good", fill(words.in, { channel: asked.channelName, who }), live(left, () => {
			left.textContent = fill(words.left, { span: span(Math.max(0, stay.ends - Date.now() / 1000)) });
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
	await stay.client?.leave();
}

document.body.replaceChildren(...frame("try", h("main", h("div", intro(words), h("div.columns", h("div.ask", form), h("div.result", state, video, h("div", { role: "log", "aria-label": words.log }, log)))))));

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
