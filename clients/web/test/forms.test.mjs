// What is read out of tokens and out of the answers of other servers. The tokens are those of Agora's own
// libraries.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createTokenSource } from "../dist/esm/index.js";
import * as forms from "../dist/esm/forms.js";
import { readToken } from "../dist/esm/token.js";

const LINES = readFileSync(new URL("../../../tests/data/tokens.jsonl", import.meta.url), "utf8").trim().split("\n");
const VECTORS = LINES.map((line) => JSON.parse(line)).filter(({ token }) => /^00[67]/.test(token));
/** Those of a builder that have a lifetime at all. */
const of = (method) => VECTORS.filter(({ method: its, inputs }) => its === method && (inputs.token_expire ?? inputs.expire ?? inputs.ts));
const RTC = of("rtc.build_token_with_uid")[0];

test("project and times of 007 tokens for channels", async () => {
  const rtc = [...of("rtc.build_token_with_uid"), ...of("rtc.build_token_with_user_account")];
  assert.ok(rtc.length > 8, `${rtc.length}`);
  for (const { id, token, app_id: appId, inputs } of rtc) {
    const { issue_ts: issuedAt, token_expire: life, privilege_expire: rights } = inputs;
    const expiresAt = issuedAt + (rights ? Math.min(life, rights) : life);
    const read = await readToken(token);
    assert.deepEqual([read.appId, read.issuedAt, read.expiresAt], [appId, issuedAt, expiresAt], id);
  }
});

test("project and times of 007 tokens for users", async () => {
  for (const method of ["rtm.build_token", "chat.build_user_token"]) {
    for (const { id, token, app_id: appId, inputs } of of(method)) {
      const read = await readToken(token);
      const { issue_ts: issuedAt, expire } = inputs;
      assert.deepEqual([read.appId, read.issuedAt, read.expiresAt], [appId, issuedAt, issuedAt + expire], id);
    }
  }
});

test("project and times of 006 tokens, whose rights end by themselves", async () => {
  const old = [...of("rtc006.build_token_with_uid"), ...of("rtc006.build_token_with_account")];
  assert.ok(old.length > 4);
  for (const { id, token, app_id: appId, inputs } of old) {
    const read = await readToken(token);
    const { ts, privilege_expired_ts: rights } = inputs;
    assert.deepEqual([read.appId, read.issuedAt, read.expiresAt], [appId, ts - 86_400, rights ? Math.min(rights, ts) : ts], id);
  }
});

test("what is no token, or is cut off, is not read", async () => {
  for (const text of ["", "007", "006", "hello", "NETLESSROOM_abc", RTC.token.slice(0, 40), `006${RTC.app_id}AA`]) {
    assert.equal(await readToken(text).catch(() => undefined), undefined, text);
  }
});

/** A source that gets this answer; what it asks is in `asked`. */
function answered(form, body, asked = []) {
  const fetch = async (url, init) => {
    asked.push([init.method ?? "GET", url.replace("https://t.test", ""), init.body && JSON.parse(init.body)]);
    return new Response(typeof body === "string" ? body : JSON.stringify(body));
  };
  return createTokenSource({ baseUrl: "https://t.test", form: forms[form], fetch });
}

test("names and users are escaped in paths and queries", async () => {
  const asked = [];
  const body = { rtcToken: RTC.token, rtmToken: RTC.token, token: RTC.token };
  const get = (form, kind, parameters) => answered(form, body, asked).get(kind, parameters);
  await get("agoraTokenService", "rtc", { channelName: "a b/c?d", account: "x&y", role: "publisher", tokenExpire: 600 });
  await get("agoraTokenService", "rtm", { userId: "ä/" });
  await get("tokenServerNodejs", "rtc", { channelName: "a&uid=1", uid: 7 });
  assert.deepEqual(asked.map(([, url]) => url), [
    "/rtc/a%20b%2Fc%3Fd/publisher/userAccount/x%26y/?expiry=600",
    "/rtm/%C3%A4%2F/",
    "/access_token?channel=a%26uid%3D1&uid=7",
  ]);
});

test("the user of the answer wins over nobody", async () => {
  const data = { token: RTC.token, uid: "815", channel_name: "made-up" };
  const token = await answered("getConfig", { code: 0, data }).get("rtc", { channelName: "demo" });
  assert.deepEqual([token.uid, token.channelName, token.appId], [815, "made-up", RTC.app_id]);
});

test("a refusal with status 200 is no token", async () => {
  for (const [form, body] of [
    ["agoraDocs", { token: "the channel is missing", code: "400" }],
    ["toolbox", { code: 1, message: "no" }],
    ["dockerPython", "no"],
    ["getConfig", { code: 1, msg: "no" }],
  ]) {
    const error = await answered(form, body).get("rtc", { channelName: "demo" }).catch((refusal) => refusal);
    assert.equal(error.code, "answer_unreadable", form);
  }
});

test("a server that has no such tokens is not asked", async () => {
  const asked = [];
  const source = answered("dockerPython", "", asked);
  await assert.rejects(source.get("rtm", { userId: "ann" }), /no tokens for rtm/);
  assert.deepEqual(asked, []);
});
