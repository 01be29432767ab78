// The examples as they stand in their folder, with the real SDK: join, publish, renew, and back after the end.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { openPage } from "./chromium.mjs";
import { Stage, until } from "./stage.mjs";
import { shared } from "./world.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const EXAMPLES = join(ROOT, "examples");
const CLIENT = join(ROOT, "clients/web");
const require = createRequire(import.meta.url);

const world = shared();

/** What an example has to do, whatever it is written in. */
async function lives(stage, page) {
  await until("both tracks", () => stage.edge.published.length === 2);
  const says = (word) => until(`a page that says ${word}`, () => page.locator("#state", { hasText: word }).count());
  await says("joined");
  stage.edge.warn();
  await until("a renewal", () => stage.edge.of("renewal").length === 1);
  await until("an answer to it", () => stage.local.requests.length === 2);
  stage.edge.expire();
  await until("both tracks again", () => stage.edge.published.length === 2);
  await says("joined");
  assert.equal(stage.local.requests.length, 3);
  stage.check();
}

test("the page of one file", { timeout: 60_000 }, async (t) => {
  const stage = await Stage.set(world.functions, t);
  stage.serve(/^example\.test$/, (path) => join(EXAMPLES, "web", path === "/" ? "index.html" : path));
  // The packages that it names, in the versions that it names, as the CDN has them.
  stage.serve(/^cdn\.jsdelivr\.net$/, (path) => {
    const [, name, version, file] = /^\/npm\/([\w-]+)@([\d.]+)\/(.*)$/.exec(path);
    const folder = name === "agora-token-client" ? CLIENT : dirname(require.resolve(name));
    assert.equal(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version, version);
    return join(folder, file);
  });
  const page = await openPage(world.browser, stage, { url: "https://example.test/" });
  await lives(stage, page);
  await page.locator("#leave").click();
  await until("nobody", () => stage.edge.sessions.size === 0);
  assert.deepEqual(page.errors, []);
});

test("the one in React, in strict mode, with agora-rtc-react", { timeout: 90_000 }, async (t) => {
  const { outputFiles } = await build({
    entryPoints: [join(EXAMPLES, "react/app.jsx")],
    bundle: true,
    format: "esm",
    jsx: "automatic",
    write: false,
    alias: {
      "agora-token-client": join(CLIENT, "dist/esm/index.js"),
      "agora-token-client/react": join(CLIENT, "dist/esm/react.js"),
    },
  });
  const stage = await Stage.set(world.functions, t);
  stage.network.serve(/^example\.test$/, {
    http(request, response) {
      const script = request.url === "/app.js";
      response.writeHead(200, { "content-type": script ? "text/javascript" : "text/html" });
      response.end(script ? outputFiles[0].contents : readFileSync(join(EXAMPLES, "react/index.html")));
    },
  });
  const page = await openPage(world.browser, stage, { url: "https://example.test/" });
  await lives(stage, page);
  await page.locator("#toggle").click();
  await until("nobody", () => stage.edge.sessions.size === 0);
  await page.locator("#toggle").click();
  await until("both tracks of another call", () => stage.edge.published.length === 2);
  assert.deepEqual(page.errors, []);
});

test("the README has the code of the page", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const [, sample] = /## From a web app[\s\S]*?```js\n([\s\S]*?)```/.exec(readme);
  const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean).join("\n");
  assert.ok(lines(readFileSync(join(EXAMPLES, "web/index.html"), "utf8")).includes(lines(sample)));
});
