// The requests of other token servers that issue tokens for channels: with each, the client gets a token, and
// the real SDK joins by it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as forms from "../../../clients/web/dist/esm/forms.js";
import { openPage } from "./chromium.mjs";
import { Stage } from "./stage.mjs";
import { shared } from "./world.mjs";

const world = shared();
const asked = [];

const PARAMETERS = { channelName: "demo", uid: 7, role: "publisher", tokenExpire: 600 };

describe("with the requests of", { concurrency: 4 }, () => {
  for (const form of Object.keys(forms)) {
    test(form, { timeout: 60_000 }, async (t) => {
      const stage = await Stage.set(world.functions, t);
      const page = await openPage(world.browser, stage);
      const how = { base: "https://tokens.test", parameters: PARAMETERS, form, publish: false };
      const uid = await page.evaluate((all) => call.start(all), how);
      assert.equal(uid, 7);
      asked.push(...stage.tokens.requests.map(({ path }) => path.replace(/\?.*/, "")));
      const [join] = stage.edge.of("join");
      assert.equal(join.appId, world.functions.appId);
      assert.equal(join.channelName, "demo");
      // What the client read out of the token is what the server meant by it.
      const token = await page.evaluate(async (parameters) => {
        const { token, issuedAt, expiresAt, renewAt } = await call.source.get("rtc", parameters);
        return { token, issuedAt, expiresAt, renewAt };
      }, PARAMETERS);
      assert.equal(token.token, join.token);
      const verdict = await stage.edge.verify({ token: token.token, appId: world.functions.appId });
      assert.equal(token.expiresAt, verdict.expiresAt);
      const now = Date.now() / 1000;
      assert.ok(Math.abs(token.issuedAt - now) < 30, `issued at ${token.issuedAt}, now ${now}`);
      assert.equal(token.renewAt, token.expiresAt - 30);
      assert.ok([600, 900, 3600, 86_400].includes(token.expiresAt - token.issuedAt), JSON.stringify(token));
      stage.check({ published: [] });
    });
  }
});

test("no request that issues tokens for channels is left out", () => {
  const pattern = (path) => new RegExp(`^${path.replace(/\{[^=}]*=([^}]*)\}/g, "($1)").replace(/\{[^}]*\}/g, "[^/]+")}/?$`);
  const missing = world.functions.rtcRows.filter(({ paths }) => !paths.some((path) => asked.some((sent) => pattern(path).test(sent))));
  assert.deepEqual(missing, []);
  assert.ok(world.functions.rtcRows.length >= 13, `${world.functions.rtcRows.length} rows`);
});
