// The whole way: a page, our client, our functions, a token, the real SDK, the edge's stand-in, our verifier.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openPage } from "./chromium.mjs";
import { SDKS, Stage, until } from "./stage.mjs";
import { shared } from "./world.mjs";

const world = shared();

const start = (page, more = {}) =>
  page.evaluate((how) => call.start(how), {
    base: "https://tokens.test",
    parameters: { channelName: "demo", uid: 7, role: "publisher" },
    ...more,
  });

for (const sdk of Object.keys(SDKS)) {
  describe(`with the SDK ${sdk}`, () => {
    test("joins, publishes, renews, and joins and publishes again after the end", async (t) => {
      const stage = await Stage.set(world.functions, t, { sdk });
      const page = await openPage(world.browser, stage);
      assert.equal(await start(page), 7);
      stage.check();
      stage.edge.warn();
      await until("a renewal", () => stage.edge.of("renewal").length === 1);
      await until("news of it", () => page.evaluate(() => call.did("renewed").length === 1));
      stage.edge.expire();
      await until("another publication", () => stage.edge.published.length === 2);
      await until("news of it", () => page.evaluate(() => call.did("rejoined").length === 1));
      assert.equal(stage.tokens.requests.length, 3);
      assert.equal(new Set(stage.edge.of("join").map(({ token }) => token)).size, 2);
      assert.deepEqual(await page.evaluate(() => call.did("error")), []);
      assert.equal(await page.evaluate(() => call.tracks[0].getMediaStreamTrack().readyState), "live");
      stage.check();
      assert.deepEqual(page.errors, []);
      await page.evaluate(() => call.keeper.stop());
      await until("nobody", () => stage.edge.sessions.size === 0);
    });

    test("a user with a name joins as one", async (t) => {
      const stage = await Stage.set(world.functions, t, { sdk });
      const page = await openPage(world.browser, stage);
      const parameters = { channelName: "demo", account: "42", role: "publisher" };
      assert.equal(await start(page, { parameters }), "42");
      assert.deepEqual(new Set(stage.edge.of("join").map(({ account }) => account)), new Set(["42"]));
      stage.check();
    });
  });
}
