// What goes wrong in the lives of apps, each with the real SDK: the call has to survive it.

import assert from "node:assert/strict";
import { describe, test as run } from "node:test";
import { openPage } from "./chromium.mjs";
import { AGORA } from "./edge.mjs";
import { fault } from "./service.mjs";
import { sleep, Stage, until } from "./stage.mjs";
import { shared } from "./world.mjs";

const TOKENS = /^tokens\.test$/;

const world = shared();

const test = (name, story) => run(name, { timeout: 120_000 }, story);
/** Seconds: as short as a token's life can be where a busy machine takes some of them to join. */
const LIFE = 14;
const PARAMETERS = { channelName: "demo", uid: 7, role: "publisher" };

/** A call that is in, and what a test needs of it. */
async function call(t, { life, clockOff = 0, edge = {}, ...more } = {}) {
  const stage = await Stage.set(world.functions, t);
  Object.assign(stage.edge, edge);
  const page = await openPage(world.browser, stage, { clockOff });
  const parameters = life ? { ...PARAMETERS, tokenExpire: life } : PARAMETERS;
  const start = (how = {}) =>
    page.evaluate((all) => window.call.start(all), { base: "https://tokens.test", parameters, ...more, ...how });
  const did = (event) => page.evaluate((name) => window.call.did(name), event);
  const state = () => page.evaluate(() => window.call.keeper?.state);
  return {
    stage,
    page,
    start,
    did,
    state,
    renewals: (count, time) => until(`${count} renewals`, async () => (await did("renewed")).length >= count, time),
    rejoins: (count, time) => until(`${count} rejoins`, async () => (await did("rejoined")).length >= count, time),
  };
}

describe("faults", { concurrency: 5 }, () => {
  for (const [name, faults, asked] of [
    ["is away for a moment: 503", [fault.status(503, { "retry-after": "1" })], 3],
    ["throttles: 429", [fault.status(429), fault.status(429)], 4],
    ["breaks off in the middle of an answer", [fault.broken(), fault.broken()], 4],
    ["answers by a page of HTML with 502, then well", [fault.status(502)], 3],
    ["takes 5 s", [fault.slow(5000)], 2],
    ["does not answer at all", [fault.silent()], 3],
  ]) {
    test(`the token server ${name}`, async (t) => {
      const { stage, start, renewals } = await call(t);
      await start();
      stage.tokens.faults = [...faults];
      stage.edge.warn();
      await renewals(1, 25_000);
      assert.equal(stage.tokens.requests.length, asked);
      stage.check();
    });
  }

  test("the token server cannot be reached until after the end", async (t) => {
    const { stage, start, rejoins, did, state } = await call(t, { life: LIFE });
    await start();
    stage.network.cut(TOKENS);
    await until("the end", async () => (await state()) === "rejoining", 30_000);
    await sleep(3000);
    assert.equal(await state(), "rejoining");
    stage.network.reach();
    await rejoins(1);
    assert.ok((await did("error")).every((error) => /^unreachable/.test(error)));
    await until("another publication", () => stage.edge.published.length === 2);
    stage.check();
  });

  test("the token server answers by a page of a hotel's network, once", async (t) => {
    const { stage, start, did } = await call(t);
    await start();
    stage.tokens.faults = [fault.page()];
    stage.edge.warn();
    await until("the error", async () => (await did("error")).length === 1);
    assert.match((await did("error"))[0], /^answer_unreadable/);
    // The keeper rests for up to a second, and does not hear what comes meanwhile.
    await until("a renewal", async () => {
      stage.edge.warn();
      return (await did("renewed")).length >= 1;
    });
    stage.check();
  });

  test("the JWT has expired: a new one is shown", async (t) => {
    const jwts = [world.functions.expiredJwt, world.functions.jwt];
    const parameters = { channelName: "demo", role: "publisher" };
    const { stage, start } = await call(t, { base: "https://guarded.test", jwts, parameters });
    await start();
    assert.deepEqual(stage.guarded.requests.map(({ status }) => status), [401, 200]);
    stage.check();
  });

  test("the JWT has expired, and there is no other", async (t) => {
    const jwts = [world.functions.expiredJwt, world.functions.expiredJwt];
    const parameters = { channelName: "demo", role: "publisher" };
    const { stage, start, state } = await call(t, { base: "https://guarded.test", jwts, parameters });
    await assert.rejects(start(), /jwt_expired/);
    assert.equal(await state(), "failed");
    assert.equal(stage.guarded.requests.length, 1);
    stage.check({ published: [] });
  });

  test("a renewal is denied: the call goes on to the token's end", async (t) => {
    const { stage, start, state, did } = await call(t, { life: LIFE });
    await start();
    stage.tokens.faults = Array(20).fill(fault.status(403));
    await until("the denial", async () => (await did("error")).length === 1, 25_000);
    assert.equal(await state(), "joined");
    stage.check();
    await until("the end", async () => (await state()) === "failed", 30_000);
    assert.ok(stage.tokens.requests.length <= 4, `${stage.tokens.requests.length} requests`);
    stage.check({ published: [] });
  });

  test("the edge refuses a renewal", async (t) => {
    const { stage, start, renewals, did } = await call(t);
    await start();
    stage.edge.refusals.renewal = [110, 110];
    stage.edge.warn();
    await renewals(1);
    assert.equal(stage.edge.of("renewal refused").length, 2);
    assert.equal(stage.edge.of("renewal").length, 3);
    assert.equal((await did("error")).length, 2);
    stage.check();
  });

  test("the edge never answers a renewal, behind which the SDK queues the next", async (t) => {
    const { stage, start, rejoins } = await call(t, { life: LIFE });
    await start();
    stage.edge.mute.renewal = 1;
    await rejoins(1, 40_000);
    await until("another publication", () => stage.edge.published.length === 2);
    stage.check();
  });

  test("the edge does not answer a join", async (t) => {
    const { stage, start } = await call(t, { edge: { mute: { join: 1, renewal: 0 } } });
    assert.equal(await start(), 7);
    assert.equal(stage.edge.of("join without an answer").length, 1);
    stage.check();
  });

  for (const code of [109, 118]) {
    test(`the edge refuses a join by ${code}, at which the SDK does not settle`, async (t) => {
      const { stage, start } = await call(t);
      stage.edge.refusals.join = [code];
      assert.equal(await start(), 7);
      stage.check();
    });
  }

  test("a token for somebody else is refused in the SDK's own words", async (t) => {
    const { stage, start, page } = await call(t);
    await page.route("https://tokens.test/**", async (route) => {
      const response = await route.fetch();
      const answer = await response.json();
      await route.fulfill({ response, json: { ...answer, uid: 8 } });
    });
    await assert.rejects(start(), /CAN_NOT_GET_GATEWAY_SERVER.*invalid token, authorized failed/);
    stage.check({ published: [], refused: ["user_mismatch"] });
  });

  test("the event that the token will expire does not come", async (t) => {
    const { stage, start, renewals } = await call(t, { life: LIFE, edge: { warns: false } });
    await start();
    await renewals(2, 40_000);
    assert.equal(stage.edge.of("expired").length, 0);
    stage.check();
  });

  for (const [name, clockOff] of [["ahead", 3_600_000], ["behind", -3_600_000]]) {
    test(`the local clock is an hour ${name}`, async (t) => {
      const { stage, start, renewals } = await call(t, { life: LIFE, clockOff, edge: { warns: false } });
      await start();
      await renewals(2, 40_000);
      assert.equal(stage.edge.of("expired").length, 0);
      assert.ok(stage.tokens.requests.length <= 4, `${stage.tokens.requests.length} requests`);
      stage.check();
    });
  }

  test("the end comes in the middle of a renewal", async (t) => {
    const { stage, start, rejoins } = await call(t);
    await start();
    stage.tokens.faults = [fault.slow(3000)];
    stage.edge.warn();
    await sleep(500);
    stage.edge.expire();
    await rejoins(1);
    assert.equal(stage.tokens.requests.length, 2);
    await until("another publication", () => stage.edge.published.length === 2);
    stage.check();
  });

  test("the connection with the edge breaks, and comes back within the token's life", async (t) => {
    const { stage, start, page, did } = await call(t);
    await start();
    stage.network.cut(AGORA);
    await until("trouble", () => page.evaluate(() => window.call.client.connectionState === "RECONNECTING"));
    await sleep(2000);
    stage.network.reach();
    await until("another publication", () => stage.edge.published.length === 2);
    assert.deepEqual(await did("ended"), []);
    assert.equal(stage.tokens.requests.length, 1);
    stage.check();
  });

  test("the connection with the edge breaks, and the token ends before it is back", async (t) => {
    const { stage, start, page } = await call(t, { life: LIFE });
    await start();
    stage.network.cut(AGORA);
    await until("trouble", () => page.evaluate(() => window.call.client.connectionState === "RECONNECTING"));
    await sleep(LIFE * 1000 + 1000);
    stage.network.reach();
    await until("another publication", () => stage.edge.published.length === 2, 45_000);
    stage.check();
  });

  test("everything is offline over the token's end", async (t) => {
    const { stage, start } = await call(t, { life: LIFE });
    await start();
    stage.network.cut(/./);
    await sleep(LIFE * 1000 + 1000);
    stage.network.reach();
    await until("another publication", () => stage.edge.published.length === 2, 45_000);
    stage.check();
  });

  test("the edge throws the client out because somebody else has its place", async (t) => {
    const { stage, start, state, did } = await call(t);
    await start();
    for (const session of stage.edge.sessions) session.push("on_user_banned", { error_code: 14 });
    await until("the end", async () => (await state()) === "failed");
    await sleep(2000);
    assert.deepEqual(await did("rejoined"), []);
    assert.equal(stage.tokens.requests.length, 1);
    stage.check({ published: [] });
  });

  test("two tabs, each with its own user", async (t) => {
    const { stage, start, renewals } = await call(t);
    const page = await openPage(world.browser, stage);
    const parameters = { ...PARAMETERS, uid: 8 };
    const how = { base: "https://tokens.test", parameters };
    await Promise.all([start(), page.evaluate((all) => window.call.start(all), how)]);
    stage.edge.warn();
    await renewals(1);
    await until("the other renewal", () => page.evaluate(() => window.call.did("renewed").length === 1));
    stage.edge.expire();
    await until("four tracks", () => stage.edge.published.length === 4);
    assert.equal(stage.tokens.requests.length, 6);
    stage.check({ published: ["audio", "audio", "video", "video"], pages: 2 });
  });

  test("two calls in one page have one request in flight", async (t) => {
    const { stage, page } = await call(t);
    const tokens = await page.evaluate(async () => {
      const { createTokenSource } = await import("agora-token-client");
      const source = createTokenSource({ baseUrl: "https://tokens.test" });
      const asked = { channelName: "demo", uid: 7 };
      const got = await Promise.all([source.get("rtc", asked), source.get("rtc", asked, { force: true })]);
      return got.map(({ token }) => token);
    });
    assert.equal(tokens[0], tokens[1]);
    assert.equal(stage.tokens.requests.length, 1);
  });

  test("stop in the middle of a request", async (t) => {
    const { stage, start, page, state } = await call(t);
    stage.tokens.faults = [fault.slow(2000)];
    const started = start().catch((error) => error);
    await until("a request", () => stage.tokens.requests.length === 1);
    await page.evaluate(() => window.call.keeper.stop());
    assert.match(String(await started), /AbortError|was stopped/);
    await sleep(2500);
    assert.equal(await state(), "stopped");
    assert.equal(stage.edge.of("join").length, 0);
    assert.equal(stage.tokens.requests.length, 1);
    stage.check({ published: [] });
  });

  test("stop in the middle of a join, and another join at once", async (t) => {
    const { stage, start, page } = await call(t, { edge: { mute: { join: 1, renewal: 0 } } });
    const started = start().catch((error) => error);
    await until("a join", () => stage.edge.of("join without an answer").length === 1);
    await page.evaluate(() => window.call.keeper.stop());
    assert.match(String(await started), /AbortError|was stopped/);
    assert.equal(await start(), 7);
    stage.check();
    await page.evaluate(() => window.call.keeper.stop());
    await until("nobody", () => stage.edge.sessions.size === 0);
  });

  test("the app leaves by itself", async (t) => {
    const { stage, start, page, state } = await call(t, { life: LIFE });
    await start();
    await page.evaluate(() => window.call.client.leave());
    await sleep(LIFE * 700);
    assert.equal(await state(), "stopped");
    assert.equal(stage.tokens.requests.length, 1);
    stage.check({ published: [] });
  });

  test("a track is switched off while the token ends, and on afterwards", async (t) => {
    const { stage, start, page, rejoins } = await call(t);
    await start();
    await page.evaluate(() => window.call.tracks[1].setEnabled(false));
    stage.edge.expire();
    await rejoins(1);
    await until("the microphone", () => stage.edge.published.length === 1);
    await page.evaluate(() => window.call.tracks[1].setEnabled(true));
    await until("the camera", () => stage.edge.published.length === 2);
    stage.check();
  });

  test("the app unpublishes a track before the token ends", async (t) => {
    const { stage, start, page, rejoins } = await call(t);
    await start();
    await page.evaluate(() => window.call.client.unpublish(window.call.tracks[1]));
    stage.edge.expire();
    await rejoins(1);
    await sleep(1500);
    stage.check({ published: ["audio"] });
  });

  test("every stay ends at once: the client does not go round in circles", async (t) => {
    const { stage, start } = await call(t);
    await start();
    const enough = Date.now() + 12_000;
    while (Date.now() < enough) {
      stage.edge.expire();
      await sleep(50);
    }
    assert.ok(stage.tokens.requests.length <= 8, `${stage.tokens.requests.length} requests in 12 s`);
  });
});
