import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createTokenSource, keepRtc } from "../dist/esm/index.js";
import { offline, problem, RtcClient, Server, settle, stopClock } from "./support.mjs";

let clock, server, client, source, kept, seen;
let microphone, camera;
const track = (name) => ({ name, enabled: true });

beforeEach(() => {
  clock = stopClock();
  server = new Server();
  client = new RtcClient();
  [microphone, camera] = [track("microphone"), track("camera")];
  source = createTokenSource({ baseUrl: "https://t.test", fetch: server.fetch });
});
afterEach(async () => {
  await kept?.stop();
  clock.start();
});

async function join(parameters = { channelName: "demo", uid: 7 }) {
  kept = keepRtc(client, source, parameters);
  seen = [];
  for (const event of ["renewed", "ended", "rejoined", "error"]) kept.on(event, (data) => seen.push([event, data]));
  kept.on("state", (state) => seen.push(["state", state]));
  const uid = await kept.ready;
  await client.publish([microphone, camera]);
  return uid;
}
const events = () => seen.map(([event, data]) => (event === "state" ? data : event));

test("joins with what the answer names, and with the type of the user", async () => {
  assert.equal(await join(), 7);
  assert.deepEqual(client.did("join"), [["007-1", 7]]);
  assert.equal(kept.state, "joined");
  await kept.stop();
  server.answer = ((answer) => (asked) => ({ ...answer.call(server, asked), uid: undefined, account: "7" }))(server.answer);
  client = new RtcClient();
  assert.equal(await join({ channelName: "demo", account: "7" }), "7");
  assert.deepEqual(client.did("join").at(-1), ["007-2", "7"]);
});

test("stays whoever the SDK became where the token is for anybody", async () => {
  await join({ channelName: "demo", uid: 0 });
  assert.deepEqual(client.did("join"), [["007-1", null]]);
  client.expire();
  await settle();
  assert.deepEqual(client.did("join").at(-1), ["007-2", 4711]);
});

test("renews when the SDK says so, once for many events", async () => {
  await join();
  client.emit("token-privilege-will-expire");
  client.emit("token-privilege-will-expire");
  await settle();
  assert.deepEqual(client.did("renew"), [["007-2"]]);
  assert.deepEqual(events(), ["joined", "renewed"]);
});

test("renews by itself where the event does not come, again and again", async () => {
  await join();
  await clock.pass(3_600_000 * 5, 1000);
  assert.equal(client.did("join").length, 1);
  assert.equal(client.did("renew").length, 5);
});

test("leaves the SDK's event a moment before its own timer", async () => {
  await join();
  await clock.pass(3_570_000, 10_000);
  client.emit("token-privilege-will-expire");
  await clock.pass(30_000, 1000);
  assert.equal(client.did("renew").length, 1);
});

test("renews half-way through a short life", async () => {
  server.life = 10;
  await join();
  await clock.pass(6000);
  assert.equal(client.did("renew").length, 1);
});

test("renews soon after waking, though the timers stood still meanwhile", async () => {
  await join();
  clock.slept(3_575_000);
  await clock.pass(20_000);
  assert.equal(client.did("renew").length, 1);
  assert.equal(kept.state, "joined");
});

test("renews at once when something happens on waking", async () => {
  await join();
  clock.slept(3_575_000);
  client.emit("connection-state-change", "RECONNECTING", "CONNECTED");
  await settle();
  assert.equal(client.did("renew").length, 1);
});

test("joins again after a sleep over the end, though the SDK believes that it is in", async () => {
  await join();
  clock.slept(4_000_000);
  await clock.pass(20_000);
  assert.deepEqual(client.did("join"), [["007-1", 7], ["007-2", 7]]);
  assert.deepEqual(client.localTracks, [microphone, camera]);
});

test("renews again after a refused renewal", async () => {
  await join();
  client.refuse.renewToken = ["UNEXPECTED_RESPONSE", "UNEXPECTED_RESPONSE"];
  client.emit("token-privilege-will-expire");
  await clock.pass(5000);
  assert.deepEqual(client.did("renew"), [["007-2"], ["007-3"], ["007-4"]]);
  assert.deepEqual(events(), ["joined", "error", "error", "renewed"]);
});

test("renews again after a renewal without an answer", async () => {
  await join();
  client.refuse.renewToken = ["hangs"];
  client.emit("token-privilege-will-expire");
  await clock.pass(12_000);
  assert.deepEqual(client.did("renew"), [["007-2"], ["007-3"]]);
  assert.equal(kept.state, "joined");
});

test("joins and publishes the same tracks again after the end, with a new token", async () => {
  await join();
  client.expire();
  await settle();
  assert.deepEqual(client.did("join"), [["007-1", 7], ["007-2", 7]]);
  assert.deepEqual(client.localTracks, [microphone, camera]);
  assert.deepEqual(events(), ["joined", "rejoining", "ended", "joined", "rejoined"]);
});

test("publishes what was published last, not what was once", async () => {
  await join();
  client.localTracks = [camera];
  client.expire();
  await settle();
  assert.deepEqual(client.localTracks, [camera]);
});

test("remembers its tracks from before a broken connection", async () => {
  await join();
  client.emit("connection-state-change", "RECONNECTING", "CONNECTED");
  client.localTracks = [];
  client.connectionState = "RECONNECTING";
  client.expire();
  await settle();
  assert.deepEqual(client.localTracks, [microphone, camera]);
});

test("a track that is closed does not keep the others away", async () => {
  await join();
  const closed = track("screen");
  await client.publish(closed);
  closed.closed = true;
  client.expire();
  await settle();
  assert.deepEqual(client.localTracks, [microphone, camera]);
  assert.ok(events().includes("error"));
  assert.equal(kept.state, "joined");
});

test("a track that is switched off is published when it is switched on", async () => {
  await join();
  microphone.enabled = false;
  client.expire();
  await clock.pass(5000);
  assert.deepEqual(client.localTracks, [camera]);
  microphone.enabled = true;
  await clock.pass(1500);
  assert.deepEqual(client.localTracks, [camera, microphone]);
  assert.ok(!events().includes("error"));
});

test("a track that was switched off is published though a second stay has ended meanwhile", async () => {
  await join();
  microphone.enabled = false;
  client.expire();
  await clock.pass(6000);
  client.expire();
  await clock.pass(6000);
  microphone.enabled = true;
  await clock.pass(1500);
  assert.deepEqual(client.localTracks, [camera, microphone]);
});

test("a stay that ends while the tracks are published again leaves them to the next", async () => {
  await join();
  client.publishing = () => {
    client.publishing = undefined;
    client.out("NETWORK_ERROR");
  };
  client.expire();
  await clock.pass(5000);
  assert.equal(client.did("join").length, 3);
  assert.deepEqual(client.localTracks, [microphone, camera]);
  assert.equal(kept.state, "joined");
  assert.equal(events().filter((event) => event === "rejoined").length, 1);
});

test("an end in the middle of a renewal takes one request", async () => {
  await join();
  let open;
  server.gate = new Promise((resolve) => (open = resolve));
  client.emit("token-privilege-will-expire");
  await settle();
  client.expire();
  await settle();
  open();
  await settle();
  assert.equal(server.requests.length, 2);
  assert.deepEqual(client.did("join").at(-1), ["007-2", 7]);
  assert.deepEqual(client.did("renew"), []);
  assert.equal(kept.state, "joined");
});

test("renews after an end that came in the middle of a renewal", async () => {
  await join();
  client.refuse.renewToken = ["hangs"];
  client.emit("token-privilege-will-expire");
  await settle();
  client.expire();
  await settle();
  client.emit("token-privilege-will-expire");
  await clock.pass(15_000);
  assert.equal(client.did("renew").length, 2);
});

test("joins again as soon as the server is back, however long that takes", async () => {
  await join();
  server.faults = Array(100).fill(offline);
  client.expire();
  await clock.pass(300_000);
  assert.equal(kept.state, "rejoining");
  const asked = server.requests.length;
  assert.ok(asked < 80, `${asked} requests`);
  server.faults = [];
  await clock.pass(31_000);
  assert.equal(kept.state, "joined");
  assert.deepEqual(client.localTracks, [microphone, camera]);
});

test("asks for no token after the last one was refused for good", async () => {
  await join();
  server.faults = Array(100).fill(problem(403, "denied_channel"));
  client.expire();
  await clock.pass(300_000);
  assert.equal(kept.state, "failed");
  assert.equal(server.requests.length, 2);
  assert.equal(seen.at(-1)[1].code, "denied_channel");
});

test("stays in to the end where a renewal is refused for good", async () => {
  await join();
  server.faults = Array(100).fill(problem(401, "jwt_expired"));
  await clock.pass(3_575_000, 5000);
  assert.equal(kept.state, "joined");
  await clock.pass(60_000);
  assert.equal(kept.state, "failed");
  assert.ok(server.requests.length <= 5, `${server.requests.length} requests`);
});

test("asks once where the SDK's event and its own timer come together and a renewal is refused for good", async () => {
  await join();
  server.faults = Array(100).fill(problem(403, "denied_channel"));
  await clock.pass(3_570_000, 5000);
  client.emit("token-privilege-will-expire");
  await settle();
  client.emit("token-privilege-will-expire");
  await settle();
  assert.equal(server.requests.length, 2);
  await clock.pass(25_000);
  const [, first, second] = server.requests;
  assert.ok(second.at - first.at >= 500, `${second.at - first.at} ms after the refusal`);
});

test("gives a join that does not settle another try", async () => {
  client.refuse.join = ["hangs"];
  kept = keepRtc(client, source, { channelName: "demo" });
  await clock.pass(17_000);
  await kept.ready;
  assert.deepEqual(client.did("join"), [["007-1", 7], ["007-2", 7]]);
});

test("says when the first join fails", async () => {
  client.refuse.join = ["CAN_NOT_GET_GATEWAY_SERVER", "CAN_NOT_GET_GATEWAY_SERVER"];
  kept = keepRtc(client, source, { channelName: "demo" });
  const failed = assert.rejects(kept.ready, /CAN_NOT_GET_GATEWAY_SERVER/);
  await clock.pass(2000);
  await failed;
  assert.equal(kept.state, "failed");
  assert.equal(client.count, 0);
});

test("does not go round in circles where every stay ends at once", async () => {
  await join();
  for (let turn = 0; turn < 120; turn++) {
    if (client.connectionState === "CONNECTED") client.expire();
    await clock.pass(500);
  }
  assert.ok(client.did("join").length < 15, `${client.did("join").length} joins in a minute`);
});

test("does not fight for a place that somebody else has taken", async () => {
  await join();
  client.out("UID_BANNED");
  await clock.pass(60_000);
  assert.equal(kept.state, "failed");
  assert.equal(client.did("join").length, 1);
  assert.match(seen.at(-1)[1].message, /UID_BANNED/);
});

test("joins again where the SDK has given up reconnecting", async () => {
  await join();
  client.out("NETWORK_ERROR");
  await clock.pass(1000);
  assert.equal(kept.state, "joined");
  assert.equal(client.did("join").length, 2);
});

test("stops where the app itself leaves", async () => {
  await join();
  await client.leave();
  await clock.pass(7_200_000, 60_000);
  assert.equal(kept.state, "stopped");
  assert.equal(client.did("join").length, 1);
  assert.equal(server.requests.length, 1);
});

test("stop leaves, and nothing comes after", async () => {
  await join();
  await kept.stop();
  await kept.stop();
  assert.equal(client.connectionState, "DISCONNECTED");
  assert.equal(client.count, 0);
  client.emit("token-privilege-did-expire");
  await clock.pass(7_200_000, 60_000);
  assert.equal(server.requests.length, 1);
});

for (const what of ["the first request", "a join", "a renewal", "a rejoin", "a pause"]) {
  test(`stop in the middle of ${what} leaves nothing behind`, async () => {
    const first = what === "the first request" || what === "a join";
    if (!first) await join();
    if (what !== "a join") server.gate = new Promise(() => {});
    if (what === "a join") client.refuse.join = ["hangs"];
    if (what === "a pause") {
      server.gate = Promise.resolve();
      server.faults = Array(9).fill(offline);
    }
    if (first) kept = keepRtc(client, source, { channelName: "demo" });
    if (what === "a renewal") client.emit("token-privilege-will-expire");
    if (what === "a rejoin" || what === "a pause") client.expire();
    await settle();
    const asked = server.requests.length;
    const ready = first ? assert.rejects(kept.ready, { name: "AbortError" }) : undefined;
    await kept.stop();
    await ready;
    await clock.pass(120_000);
    assert.equal(client.connectionState, "DISCONNECTED");
    assert.equal(server.requests.length, asked);
    assert.equal(client.count, 0);
    assert.equal(kept.state, "stopped");
  });
}

test("another keeper of the same client waits until the first has left", async () => {
  await join();
  const leave = client.leave.bind(client);
  let open;
  client.leave = () => new Promise((resolve) => (open = resolve)).then(leave);
  const stopped = kept.stop();
  const next = keepRtc(client, source, { channelName: "demo", uid: 7 });
  await settle();
  assert.equal(client.did("join").length, 1);
  open();
  await stopped;
  await next.ready;
  assert.equal(client.connectionState, "CONNECTED");
  client.leave = leave;
  await next.stop();
});

test("a listener that throws does not end the call", async () => {
  await join();
  kept.on("ended", () => {
    throw new Error("an app's mistake");
  });
  const thrown = [];
  const uncaught = (error) => thrown.push(error.message);
  process.on("uncaughtException", uncaught);
  client.expire();
  await settle();
  assert.equal(kept.state, "joined");
  assert.equal(kept.on("error", () => {})(), undefined);
  process.off("uncaughtException", uncaught);
});
