// Joining from the page, with Agora's real SDK, and the stand-ins for Agora's hosts that the web client has.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Edge } from "../web/edge.mjs";
import { Network } from "../web/network.mjs";
import { verifier } from "../web/service.mjs";
import { SDKS, until } from "../web/stage.mjs";
import { at, stage, token } from "./stage.mjs";

const set = stage("Chromium");

/** Passes a request on to the page's own address, and the answer back. */
async function forward(to, { method, url, headers: { host, connection, ...headers } }, response, body) {
  const answer = await fetch(new URL(url, to), { method, headers, ...(body.length ? { body } : {}), redirect: "manual" });
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
}

/** Somebody at the page, whose browser reaches the page, and in place of all else the stand-ins. */
async function come(t, { sdk = SDKS["4.24"], ...how } = {}) {
  const network = await Network.start();
  network.serve(/^download\.agora\.io$/, {
    http: (_, response) => (sdk ? response.writeHead(200, { "content-type": "text/javascript", "access-control-allow-origin": "*" }).end(readFileSync(sdk)) : response.destroy()),
  });
  const edge = new Edge(network, verifier(set.functions));
  // The SDK takes 127.0.0.1 for the edge, so that the page has another name.
  network.serve(/^console\.test$/, { http: (request, response, body) => forward(set.site.url, request, response, body) });
  const person = await at(set, t, "try", {
    proxy: { server: `http://${network.address}`, bypass: "<-loopback>" },
    url: "https://console.test/console/",
    ...how,
  });
  await person.allow("camera");
  await person.allow("microphone");
  t.after(() => {
    edge.stop();
    network.stop();
  });
  return { person, edge, network };
}

test("joins with a token of the service, publishes a picture, renews, and leaves", async (t) => {
  const { person, edge } = await come(t);
  await person.presses("Join");
  await person.reads(".banner.good", /In channel demo as 7.*\d+ s left/, 30_000);
  await person.reads(".log", "Publishing");
  assert.deepEqual(edge.published, ["video"]);
  edge.warn();
  await person.reads(".log", /token-privilege-will-expire.*issued a token.*Renewed/);
  assert.equal(edge.of("renewal").length, 1);
  edge.expire();
  await person.reads(".log", "did-expire");
  await person.reads(".banner.bad", "The token has ended");
  await person.presses("Join");
  await person.reads(".banner.good", "In channel demo as 7", 30_000);
  await until("another publication", () => edge.published.length === 1);
  await person.presses("Leave");
  await person.reads(".banner", "Left the channel");
  await until("leaving", () => edge.sessions.size === 0);
  // The policy keeps inline styles of the SDK away, without which it works just as well.
  const complaints = person.complaints.filter((text) => /Content Security Policy|TypeError/.test(text) && !/inline style/.test(text));
  assert.deepEqual(complaints, []);
});

test("joins with a token that was pasted, as its user, and with the camera", async (t) => {
  const { person, edge } = await come(t);
  await person.enters("Token", `token: ${await token(set, { asks: { channelName: "stage", account: "ann", role: "publisher" } })}`);
  await person.chooses("Send", "camera");
  await person.presses("Join");
  await person.reads(".banner.good", "In channel stage as ann", 30_000);
  await until("media", () => edge.published.length === 2);
  assert.deepEqual(edge.published, ["audio", "video"]);
  assert.ok(!set.site.requests.some(({ url }) => url === "/v1/rtc"));
});

test("watches without sending", async (t) => {
  const { person, edge } = await come(t);
  await person.chooses("Send", "watch");
  await person.presses("Join");
  await person.reads(".banner.good", "In channel demo", 30_000);
  assert.deepEqual(edge.published, []);
});

test("takes the token that Mint hands over, but not its credentials", async (t) => {
  const { person } = await come(t);
  const mint = await person.page.context().newPage();
  await mint.goto(person.page.url().replace("try.html", "#mint"));
  await mint.getByLabel("Credentials").fill(set.functions.apiKey);
  await mint.getByLabel("Channel name").fill("stage");
  await mint.getByRole("button", { name: "Mint token" }).click();
  const [opened] = await Promise.all([person.page.context().waitForEvent("page"), mint.getByRole("link", { name: "Try it in a channel" }).click()]);
  await opened.waitForFunction(() => document.querySelector("textarea")?.value.startsWith("007"));
  assert.equal(await opened.getByLabel("Channel").inputValue(), "stage");
  assert.equal(await opened.getByLabel("Credentials").inputValue(), "");
  assert.equal(await opened.evaluate(() => opener), null);
});

test("says what is wrong: a token that Agora refuses, one for something else, no SDK, no service, no rights", async (t) => {
  const { person, network } = await come(t);
  await person.enters("Token", `${await token(set, { kind: "rtm", asks: { userId: "ann" } })}`);
  await person.presses("Join");
  await person.reads(".banner.bad", "Not joined");
  assert.equal(await person.focused(), "Token");

  await person.enters("Token", "");
  set.site.faults.push(...Array(20).fill({ status: 401, body: { code: "credentials_missing", detail: "send an API key" } }));
  await person.presses("Join");
  await person.reads(".banner.bad", /who you are.*Send an API key/);
  set.site.faults.length = 0;

  await person.enters("Channel", "a/b");
  await person.presses("Join");
  await person.reads(".field .invalid", "channelName");
  await person.enters("Channel", "demo");

  network.cut(/agora\.io|sd-rtn/);
  await person.page.reload();
  await person.sees("h1");
  await person.presses("Join");
  await person.reads(".banner.bad", "cannot be loaded from download.agora.io");
});
