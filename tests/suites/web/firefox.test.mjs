// The same way in another browser: join, publish, renew, and back after the end.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startFirefox } from "./firefox.mjs";
import { startFunctions } from "./service.mjs";
import { Stage, until } from "./stage.mjs";

let functions;
before(async () => {
  functions = await startFunctions();
});
after(() => functions?.stop());

test("joins, publishes, renews, and joins and publishes again after the end", { timeout: 120_000 }, async (t) => {
  const stage = await Stage.set(functions, t);
  const browser = await startFirefox(stage);
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto("https://app.test/");
  await page.waitForFunction("window.ready");
  const how = { base: "https://tokens.test", parameters: { channelName: "demo", uid: 7, role: "publisher" } };
  assert.equal(await page.evaluate((all) => call.start(all), how), 7);
  stage.check();
  stage.edge.warn();
  await until("a renewal", () => page.evaluate(() => call.did("renewed").length === 1));
  stage.edge.expire();
  await until("another publication", () => stage.edge.published.length === 2);
  await until("news of it", () => page.evaluate(() => call.did("rejoined").length === 1));
  assert.deepEqual(await page.evaluate(() => call.did("error")), []);
  stage.check();
  await page.evaluate(() => call.keeper.stop());
  await until("nobody", () => stage.edge.sessions.size === 0);
});
