// A laptop that sleeps over the token's end: every process of the page stands still, and the edge has ended the
// stay before it wakes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./chromium.mjs";
import { AGORA } from "./edge.mjs";
import { sleep, Stage, until } from "./stage.mjs";
import { shared } from "./world.mjs";

/** Seconds: time to join on a busy machine, no more. */
const LIFE = 14;

const world = shared();

/** The processes that run pages. */
async function renderers() {
  const session = await world.browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
}

for (const [name, breaks] of [["and its connections with it", true], ["and its connections do not notice", false]]) {
  test(`the machine sleeps over the token's end, ${name}`, { timeout: 120_000 }, async (t) => {
    const stage = await Stage.set(world.functions, t);
    const page = await openPage(world.browser, stage);
    const parameters = { channelName: "demo", uid: 7, role: "publisher", tokenExpire: LIFE };
    await page.evaluate((how) => call.start(how), { base: "https://tokens.test", parameters });
    stage.check();
    const asked = stage.tokens.requests.length;
    const asleep = await renderers();
    assert.ok(asleep.length > 0);
    for (const id of asleep) process.kill(id, "SIGSTOP");
    try {
      if (breaks) stage.network.drop(AGORA);
      await sleep((LIFE + 2) * 1000);
      assert.deepEqual(stage.edge.published, [], "the stay has ended");
    } finally {
      for (const id of asleep) process.kill(id, "SIGCONT");
    }
    await until("another publication", () => stage.edge.published.length === 2, 90_000);
    assert.ok(stage.tokens.requests.length <= asked + 3, `${stage.tokens.requests.length} requests`);
    stage.check();
  });
}

test("the browser freezes a tab over the token's end", { timeout: 120_000 }, async (t) => {
  const stage = await Stage.set(world.functions, t);
  const page = await openPage(world.browser, stage);
  const parameters = { channelName: "demo", uid: 7, role: "publisher", tokenExpire: LIFE };
  await page.evaluate((how) => call.start(how), { base: "https://tokens.test", parameters });
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  await sleep((LIFE + 2) * 1000);
  await session.send("Page.setWebLifecycleState", { state: "active" });
  await until("another publication", () => stage.edge.published.length === 2, 90_000);
  stage.check();
});
