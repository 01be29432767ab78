// What is published: small, typed for every way to import it, and nothing in it that does not belong there.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const CLIENT = join(ROOT, "clients/web");
const BIN = join(ROOT, "node_modules/.bin");
const KEEPERS = "createTokenSource, TokenError, keepRtc, keepRtm, keepChat, keepWhiteboard";

let folder, packed;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "agora-token-client-"));
  const { stdout } = ran("npm", ["pack", "--json", "--pack-destination", folder]);
  // By newer versions of npm, an object by the package's name.
  const answer = JSON.parse(stdout);
  packed = Array.isArray(answer) ? answer[0] : Object.values(answer)[0];
});
after(() => rmSync(folder, { recursive: true }));

function ran(command, parameters, folder = CLIENT) {
  const done = spawnSync(command, parameters, { cwd: folder, encoding: "utf8" });
  assert.equal(done.status, 0, `${command} ${parameters.join(" ")}\n${done.stdout}\n${done.stderr}`);
  return done;
}

async function bundled(contents, more = {}) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(CLIENT, "dist/esm") },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "error",
    ...more,
  });
  return outputFiles[0].contents;
}

for (const [what, names, most] of [
  ["the source with the RTC keeper", "createTokenSource, keepRtc", 4096],
  ["the source with all keepers", KEEPERS, 8192],
]) {
  test(`${what} is at most ${most / 1024} kB`, async (t) => {
    const size = gzipSync(await bundled(`export { ${names} } from "./index.js"`), { level: 9 }).length;
    t.diagnostic(`${size} bytes`);
    assert.ok(size <= most, `${size} bytes`);
    assert.ok(size > 1000, `${size} bytes are not all of it`);
  });
}

test("an import of which nothing is used leaves nothing behind", async () => {
  // The promise of the package is not believed but looked at.
  const left = await bundled(`import "./index.js"`, { ignoreAnnotations: true });
  assert.equal(Buffer.from(left).toString().trim(), "");
});

test("of the requests of other servers, only those that are used come along", async () => {
  const left = Buffer.from(await bundled(`export { agoraDocs } from "./forms.js"`)).toString();
  assert.match(left, /fetch_rtc_token/);
  assert.doesNotMatch(left, /get_config|access_token/);
});

test("the package has what its exports name, and no tests", () => {
  const files = packed.files.map(({ path }) => path);
  const { exports } = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf8"));
  const named = JSON.stringify(exports).match(/\.\/[\w./-]+\.(?:json|js|d\.ts)/g);
  for (const name of named) assert.ok(files.includes(name.slice(2)), name);
  for (const name of ["README.md", "LICENSE"]) assert.ok(files.includes(name), name);
  assert.deepEqual(files.filter((name) => /test|node_modules|tsconfig/.test(name)), []);
});

test("the package has the version of the repository", () => {
  const { version } = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf8"));
  const [, repository] = /^version = "(.*)"$/m.exec(readFileSync(join(ROOT, "Cargo.toml"), "utf8"));
  assert.equal(version, repository);
});

test("both module systems load it", async () => {
  const require = createRequire(import.meta.url);
  const names = (exported) => Object.keys(exported).filter((name) => name !== "__esModule").sort();
  for (const file of ["index.js", "forms.js", "react.js"]) {
    const required = require(join(CLIENT, "dist/cjs", file));
    assert.deepEqual(names(required), names(await import(join(CLIENT, "dist/esm", file))));
    assert.ok(names(required).length > 0);
  }
});

test("publint finds nothing", () => {
  const { stdout } = ran(join(BIN, "publint"), ["run", "--strict", join(folder, packed.filename)]);
  assert.match(stdout, /All good!/);
});

test("are the types wrong? They are not", () => {
  const parameters = ["--format", "json", join(folder, packed.filename)];
  const { stdout } = ran(join(BIN, "attw"), parameters);
  assert.deepEqual(JSON.parse(stdout).problems ?? {}, {});
});

test("npm would publish it", () => {
  ran("npm", ["publish", "--dry-run", "--ignore-scripts"]);
});

test("its types take the real SDKs", () => {
  ran(join(BIN, "tsc"), ["--project", "."], join(ROOT, "tests/suites/web"));
});
