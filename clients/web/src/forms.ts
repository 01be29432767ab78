import type { Form } from "./source.js";
import { readToken } from "./token.js";
import type { Kind, Kinds } from "./types.js";

// The requests of other token servers, so that an app can use this client before it changes its server, and
// switch by a new base URL afterwards. This project's service answers all of them, too.

export type { Form } from "./source.js";

/** One request, and the names that lead to what is read from its answer; no name: the whole text. */
interface Asked {
  path: string;
  body?: object;
  token?: string;
  channelName?: string;
  uid?: string;
}

type Rows = { [K in Kind]?: (parameters: Kinds[K]["asks"]) => Asked };
type Rtc = Kinds["rtc"]["asks"];

/** agora-token-service, Agora-Node-TokenServer: `/rtc/{channel}/{role}/{type}/{id}/`. */
export const agoraTokenService = /* @__PURE__ */ form({
  rtc: (p) => ({ path: `/rtc/${user(p)}/${query({ expiry: p.tokenExpire })}`, token: "rtcToken" }),
  rtm: (p) => ({ path: `/rtm/${part(p.userId)}/${query({ expiry: p.tokenExpire })}`, token: "rtmToken" }),
  "chat/user": (p) => ({
    path: `/chat/account/${part(p.userId)}/${query({ expiry: p.tokenExpire })}`,
    token: "chatToken",
  }),
});

/** The same servers, by the request whose answer has an RTM token too: `/rte/{channel}/{role}/{type}/{id}/`. */
export const agoraTokenServiceRte = /* @__PURE__ */ form({
  rtc: (p) => ({ path: `/rte/${user(p)}/${query({ expiry: p.tokenExpire })}`, token: "rtcToken" }),
});

/** Later agora-token-service: `POST /getToken`. */
export const getToken = /* @__PURE__ */ form({
  rtc: (p) => post("/getToken", { tokenType: "rtc", channel: p.channelName, role: role(p), uid: id(p), expire: p.tokenExpire }),
  rtm: (p) => post("/getToken", { tokenType: "rtm", channel: p.channelName, uid: p.userId, expire: p.tokenExpire }),
  "chat/user": (p) => post("/getToken", { tokenType: "chat", uid: p.userId, expire: p.tokenExpire }),
});

/** The samples in Agora's documentation: `POST /fetch_rtc_token`. */
export const agoraDocs = /* @__PURE__ */ form({
  rtc: (p) => post("/fetch_rtc_token", { uid: p.uid ?? 0, ChannelName: p.channelName, role: number(p) }),
  rtm: (p) => post("/fetch_rtm_token", { uid: p.userId }),
  "chat/user": (p) => post("/generate-user-token", { userId: p.userId, expire: p.tokenExpire }),
});

/** The documentation's Chat samples with the server in Java: `/rtc/{channel}/{uid}/{role}/token`. */
export const agoraDocsChat = /* @__PURE__ */ form({
  rtc: (p) => ({ path: `/rtc/${part(p.channelName)}/${part(p.uid ?? 0)}/${number(p)}/token` }),
  "chat/user": (p) => ({ path: `/chat/user/${part(p.userId)}/token` }),
});

/** TokenServer-nodejs: `/access_token?channel=&uid=`. */
export const tokenServerNodejs = /* @__PURE__ */ form({
  rtc: (p) => ({
    path: `/access_token${query({ channel: p.channelName, uid: p.uid, expiredTs: p.tokenExpire })}`,
    token: "token",
  }),
});

/** Agora's DemoServer.js: `/rtcToken?channelName=&uid=`. */
export const demoServer = /* @__PURE__ */ form({
  rtc: (p) => ({ path: `/rtcToken${query({ channelName: p.channelName, uid: p.uid })}`, token: "key" }),
  rtm: (p) => ({ path: `/rtmToken${query({ account: p.userId })}`, token: "key" }),
});

/** Agora's docker server in Go: `POST /token/generate`. */
export const dockerGo = /* @__PURE__ */ form({
  rtc: (p) =>
    post(
      "/token/generate",
      {
        channelName: p.channelName,
        uid: id(p),
        tokenExpireTs: p.tokenExpire ?? 3600,
        serviceRtc: { enable: true, role: number(p) },
      },
      "data.token",
    ),
});

/** Agora's docker server in Python: `/v1/token?channel_name=`, for any user, 15 minutes. */
export const dockerPython = /* @__PURE__ */ form({
  rtc: (p) => ({ path: `/v1/token${query({ channel_name: p.channelName })}` }),
});

/** The toolbox of Agora's API examples: `POST /v2/token/generate`. */
export const toolbox = /* @__PURE__ */ form(toolboxRows("/v2/token/generate"));

/** The same with tokens in the 006 format, for SDKs before RTC 4.x. */
export const toolbox006 = /* @__PURE__ */ form(toolboxRows("/v2/token006/generate"));

/** Samples of RTC with RTM: `POST /api/token`. */
export const apiToken = /* @__PURE__ */ form({
  rtc: (p) => post("/api/token", { channel: p.channelName, uid: id(p) }, "rtcToken"),
});

/** TEN's web demo: `POST /api/token` with a request id. */
export const ten = /* @__PURE__ */ form({
  rtc: (p) =>
    post(
      "/api/token",
      { request_id: `${Date.now()}`, channel_name: p.channelName, uid: p.uid ?? 0 },
      "data.token",
    ),
});

/** Conversational AI quickstarts in Next.js: `/api/generate-agora-token`. */
export const generateAgoraToken = /* @__PURE__ */ form({
  rtc: (p) => ({
    path: `/api/generate-agora-token${query({ channel: p.channelName, uid: p.uid })}`,
    token: "token",
    channelName: "channel",
    uid: "uid",
  }),
});

/** Conversational AI quickstarts with a server in Python: `/get_config`. */
export const getConfig = /* @__PURE__ */ form({
  rtc: (p) => ({
    path: `/get_config${query({ channel: p.channelName, uid: p.uid })}`,
    token: "data.token",
    channelName: "data.channel_name",
    uid: "data.uid",
  }),
});

function toolboxRows(path: string): Rows {
  const ask = (type: number, more: object, expire = 3600) =>
    post(path, { ...more, type, expire, src: "web", ts: `${Date.now()}` }, "data.token");
  return {
    rtc: (p) => ask(1, { channelName: p.channelName, uid: id(p) }, p.tokenExpire),
    rtm: (p) => ask(2, { uid: p.userId }, p.tokenExpire),
    "chat/user": (p) => ask(3, { uid: p.userId }, p.tokenExpire),
  };
}

function post(path: string, body: object, token = "token"): Asked {
  return { path, body, token };
}

function form(rows: Rows): Form {
  const asked = (kind: Kind, parameters: object) => {
    const row = rows[kind];
    if (!row) throw new TypeError(`this server issues no tokens for ${kind}`);
    return row(parameters as never);
  };
  return {
    request: asked,
    async read(text, kind, parameters) {
      const names = asked(kind, parameters);
      const body: unknown = names.token ? JSON.parse(text) : text;
      const token = names.token ? at(body, names.token) : text.trim();
      const read = typeof token === "string" ? await readToken(token) : undefined;
      if (!read) return undefined;
      // Nobody else says who was signed for.
      const answer = { ...parameters, ...read };
      const channelName = names.channelName && at(body, names.channelName);
      const uid = names.uid && at(body, names.uid);
      return { ...answer, ...(channelName ? { channelName } : {}), ...(uid ? { uid: Number(uid) } : {}) };
    },
  };
}

const at = (body: unknown, names: string): unknown =>
  names.split(".").reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], body);

const part = (value: unknown) => encodeURIComponent(String(value ?? ""));
const role = ({ role = "subscriber" }: Rtc) => role;
const number = (parameters: Rtc) => (role(parameters) === "publisher" ? 1 : 2);
const id = ({ uid, account }: Rtc) => account ?? String(uid ?? 0);
const user = (p: Rtc) =>
  [p.channelName, role(p), p.account === undefined ? "uid" : "userAccount", id(p)].map(part).join("/");

function query(values: Record<string, unknown>): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined);
  return pairs.length ? `?${pairs.map(([name, value]) => `${name}=${part(value)}`).join("&")}` : "";
}
