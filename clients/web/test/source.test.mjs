import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createTokenSource, TokenError } from "../dist/esm/index.js";
import { never, offline, problem, Server, settle, stopClock } from "./support.mjs";

let clock, server;
beforeEach(() => {
  clock = stopClock();
  server = new Server();
});
afterEach(() => clock.start());

const from = (options = {}) => createTokenSource({ baseUrl: "https://t.test/", fetch: server.fetch, ...options });
const asked = { channelName: "demo", uid: 7 };
/** What a promise came to, without waiting for it. */
const watch = (promise) => {
  const seen = {};
  promise.then(
    (value) => (seen.value = value),
    (error) => (seen.error = error),
  );
  return seen;
};

test("asks the service in its own form", async () => {
  const token = await from({ credentials: () => ({ jwt: "abc" }) }).get("rtc", asked);
  const [{ url, method, body, headers, cache }] = server.requests;
  assert.equal(url, "https://t.test/v1/rtc");
  assert.equal(method, "POST");
  assert.deepEqual(JSON.parse(body), asked);
  assert.equal(headers.authorization, "Bearer abc");
  assert.equal(headers["content-type"], "application/json");
  assert.equal(cache, "no-store");
  assert.equal(token.token, "007-1");
  assert.equal(token.uid, 7);
});

test("shows an API key, or nothing", async () => {
  await from({ credentials: async () => ({ apiKey: "key" }) }).get("rtc", asked);
  await from().get("rtc", asked);
  assert.equal(server.requests[0].headers["x-api-key"], "key");
  assert.deepEqual(Object.keys(server.requests[1].headers), ["content-type"]);
});

test("keeps a token until it should be renewed", async () => {
  const source = from();
  await source.get("rtc", asked);
  await clock.pass(3_568_000, 1_000_000);
  assert.equal((await source.get("rtc", { uid: 7, channelName: "demo" })).token, "007-1");
  await clock.pass(1500);
  assert.equal((await source.get("rtc", asked)).token, "007-2");
});

test("keeps tokens of other kinds and parameters apart", async () => {
  const source = from();
  await source.get("rtc", asked);
  await source.get("rtc", { channelName: "demo", account: "7" });
  await source.get("rtm", { userId: "7" });
  await source.get("rtc", asked);
  assert.equal(server.requests.length, 3);
});

test("asks anyway when it has to", async () => {
  const source = from();
  await source.get("rtc", asked);
  assert.equal((await source.get("rtc", asked, { force: true })).token, "007-2");
  assert.equal((await source.get("rtc", asked)).token, "007-2");
});

test("has one request in flight, whoever asks", async () => {
  const source = from();
  let open;
  server.gate = new Promise((resolve) => (open = resolve));
  const all = [source.get("rtc", asked), source.get("rtc", asked, { force: true }), source.get("rtc", asked)];
  await settle();
  open();
  const tokens = await Promise.all(all);
  assert.deepEqual(new Set(tokens.map(({ token }) => token)), new Set(["007-1"]));
  assert.equal(server.mostInFlight, 1);
});

for (const [name, ahead] of [["slow", 3_600_000], ["fast", -3_600_000]]) {
  test(`is not misled by a local clock that is an hour ${name}`, async () => {
    server.ahead = ahead;
    const source = from();
    const token = await source.get("rtc", asked);
    assert.ok(Math.abs(token.endsIn() - 3_599_000) < 1000, `${token.endsIn()}`);
    await clock.pass(3_000_000, 1_000_000);
    await source.get("rtc", asked);
    assert.equal(server.requests.length, 1);
  });
}

test("counts the time that the machine slept, though its steady clock stood still", async () => {
  const source = from();
  const token = await source.get("rtc", asked);
  clock.slept(3_700_000);
  assert.ok(token.endsIn() < 0);
  assert.equal((await source.get("rtc", asked)).token, "007-2");
});

test("counts the time that passed, though somebody set the clock back", async () => {
  const source = from();
  const token = await source.get("rtc", asked);
  clock.setWall(Date.now() - 86_400_000);
  await clock.pass(3_600_000, 1_000_000);
  assert.ok(token.endsIn() <= 0, `${token.endsIn()}`);
});

test("tries again with growing pauses while the server is away, and no more often than they allow", async () => {
  server.faults = Array(50).fill(offline);
  const seen = watch(from().get("rtc", asked));
  await clock.pass(31_000);
  assert.ok(seen.error instanceof TokenError);
  assert.equal(seen.error.code, "unreachable");
  assert.equal(seen.error.status, 0);
  const times = server.requests.map(({ at }) => at - server.requests[0].at);
  assert.ok(times.length >= 5 && times.length <= 10, `${times}`);
  times.slice(1).forEach((at, index) => {
    const pause = at - times[index];
    const most = Math.min(8000, 1000 * 2 ** index);
    // A step of the test's clock is 250 ms.
    assert.ok(pause >= most / 2 && pause <= most + 250, `pause ${index}: ${pause}`);
  });
  assert.ok(times.at(-1) <= 30_000);
});

test("succeeds once the server is back", async () => {
  server.faults = [problem(503, "project_unavailable"), offline, problem(500, "internal")];
  const seen = watch(from().get("rtc", asked));
  await clock.pass(8000);
  assert.equal(seen.value.token, "007-4");
});

test("waits as long as Retry-After says, in seconds or by a date", async () => {
  const later = new Date(Date.now() + 12_000).toUTCString();
  for (const said of ["12", later]) {
    const source = from();
    server.requests = [];
    server.faults = [problem(429, "http_429", { "retry-after": said })];
    const began = Date.now();
    const seen = watch(source.get("rtc", asked));
    await clock.pass(14_000);
    assert.ok(seen.value);
    const paused = server.requests[1].at - began;
    assert.ok(paused >= 12_000 && paused <= 12_500 || said === later, `${paused}`);
    clock.setWall(began);
  }
});

test("does not wait longer than the caller's patience", async () => {
  server.faults = [problem(503, "project_unavailable", { "retry-after": "60" })];
  const seen = watch(from().get("rtc", asked));
  await clock.pass(250);
  assert.equal(seen.error.code, "project_unavailable");
  assert.equal(seen.error.retryAfter, 60);
  server.faults = Array(50).fill(offline);
  const hasty = watch(from().get("rtc", asked, { patience: 2000 }));
  await clock.pass(2250);
  assert.equal(hasty.error.code, "unreachable");
});

test("gives up a request that takes too long", async () => {
  server.faults = [never];
  const seen = watch(from().get("rtc", asked, { patience: 5000 }));
  await clock.pass(10_250);
  assert.equal(seen.error.code, "timeout");
});

test("does not repeat what is refused for good, and says what is wrong", async () => {
  server.faults = [problem(403, "denied_channel")];
  const error = await from().get("rtc", asked).catch((refusal) => refusal);
  assert.ok(error instanceof TokenError);
  const { code, status, field, requestId, retryAfter, temporary, message } = error;
  assert.deepEqual(
    { code, status, field, requestId, retryAfter, temporary, message },
    {
      code: "denied_channel",
      status: 403,
      field: "uid",
      requestId: "r1",
      retryAfter: undefined,
      temporary: false,
      message: "denied_channel: no",
    },
  );
  assert.equal(server.requests.length, 1);
});

test("names a refusal that explains nothing by its status", async () => {
  for (const body of ["<html>", "null", '"no"', '{"code":"400"}', ""]) {
    server.faults = [() => new Response(body, { status: 404 })];
    const error = await from().get("rtc", asked).catch((refusal) => refusal);
    assert.equal(error.code, "http_404", body);
  }
});

test("finds no token where there is none", async () => {
  for (const body of ["<html>", "null", "{}", '{"token":"007"}', '{"token":"","issuedAt":2,"expiresAt":1}']) {
    server.faults = [() => new Response(body)];
    const error = await from().get("rtc", asked).catch((refusal) => refusal);
    assert.equal(error.code, "answer_unreadable", body);
  }
});

test("asks for new credentials once after a 401", async () => {
  server.faults = [problem(401, "jwt_expired")];
  const refusals = [];
  const credentials = (refusal) => {
    refusals.push(refusal?.code);
    return { jwt: refusal ? "new" : "old" };
  };
  const token = await from({ credentials }).get("rtc", asked);
  assert.equal(token.token, "007-2");
  assert.deepEqual(refusals, [undefined, "jwt_expired"]);
  assert.equal(server.requests[1].headers.authorization, "Bearer new");
  server.faults = [problem(401, "jwt_expired"), problem(401, "jwt_signature")];
  const error = await from({ credentials }).get("rtc", asked).catch((refusal) => refusal);
  assert.equal(error.code, "jwt_signature");
  assert.equal(server.requests.length, 4);
});

test("does not show refused credentials twice", async () => {
  server.faults = [problem(401, "jwt_expired")];
  const error = await from({ credentials: () => ({ jwt: "old" }) }).get("rtc", asked).catch((refusal) => refusal);
  assert.equal(error.code, "jwt_expired");
  assert.equal(server.requests.length, 1);
});

test("tries again where the app's own credentials fail", async () => {
  let calls = 0;
  const credentials = () => {
    if (calls++ === 0) throw new Error("the identity provider is away");
    return { jwt: "abc" };
  };
  const seen = watch(from({ credentials }).get("rtc", asked));
  await clock.pass(1500);
  assert.equal(seen.value.token, "007-1");
});

test("lets one waiter go and serves the others", async () => {
  const source = from();
  let open;
  server.gate = new Promise((resolve) => (open = resolve));
  const stop = new AbortController();
  const first = watch(source.get("rtc", asked, { signal: stop.signal }));
  const second = watch(source.get("rtc", asked));
  await settle();
  stop.abort(new Error("closed"));
  await settle();
  assert.equal(first.error.message, "closed");
  assert.equal(server.requests[0].signal.aborted, false);
  open();
  await settle();
  assert.equal(second.value.token, "007-1");
});

test("ends the request when nobody waits for it any more, and its pauses too", async () => {
  const source = from();
  server.faults = [offline];
  const stop = new AbortController();
  const seen = watch(source.get("rtc", asked, { signal: stop.signal }));
  await settle();
  stop.abort();
  await clock.pass(5000);
  assert.equal(seen.error.name, "AbortError");
  assert.equal(server.requests.length, 1);
  server.gate = new Promise(() => {});
  const again = new AbortController();
  watch(source.get("rtc", asked, { signal: again.signal }));
  await settle();
  again.abort();
  await settle();
  assert.equal(server.requests[1].signal.aborted, true);
  server.gate = Promise.resolve();
  assert.equal((await source.get("rtc", asked)).token, "007-3");
});

test("asks nothing for somebody who has gone already", async () => {
  const error = await from().get("rtc", asked, { signal: AbortSignal.abort() }).catch((refusal) => refusal);
  assert.equal(error.name, "AbortError");
  assert.equal(server.requests.length, 0);
});

test("no error shows a token, a key or a JWT", async () => {
  server.faults = [problem(403, "denied_channel"), () => new Response('{"token":"007secret"}')];
  const source = from({ credentials: () => ({ apiKey: "hush" }) });
  for (let turn = 0; turn < 2; turn++) {
    const error = await source.get("rtc", asked).catch((refusal) => refusal);
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /hush|007secret/);
  }
});
