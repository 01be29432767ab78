// A hundred renewals in a row, each when the edge asks for it, each with another token; nothing that was
// published is interrupted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./chromium.mjs";
import { Stage, until } from "./stage.mjs";
import { shared } from "./world.mjs";

const RENEWALS = 100;

const world = shared();

test("a hundred renewals in a row", { timeout: 150_000 }, async (t) => {
  const stage = await Stage.set(world.functions, t);
  // The warning, due after 59:30 minutes, comes after 0.3 s.
  stage.edge.speed = 12_000;
  const page = await openPage(world.browser, stage);
  const parameters = { channelName: "demo", uid: 7, role: "publisher" };
  await page.evaluate((how) => call.start(how), { base: "https://tokens.test", parameters });
  await until(`${RENEWALS} renewals`, () => stage.edge.of("renewal").length >= RENEWALS, 140_000);
  const tokens = stage.edge.of("renewal").map(({ token }) => token);
  assert.equal(new Set(tokens).size, tokens.length);
  assert.deepEqual(await page.evaluate(() => call.did("error")), []);
  assert.equal(stage.edge.of("expired").length, 0);
  assert.equal(stage.edge.of("join").length, 1);
  assert.equal(stage.edge.of("publish").length, 1);
  assert.ok(stage.tokens.requests.length <= tokens.length + 2);
  stage.check();
});
