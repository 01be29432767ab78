// What the page consists of: how much it is, what it may load, and whether the code that it hands out works.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { headersOf } from "./serve.mjs";
import { at, stage } from "./stage.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const CONSOLE = join(ROOT, "console");
const FILES = readdirSync(CONSOLE).filter((name) => /\.(html|css|js)$/.test(name));
const read = (name) => readFileSync(join(CONSOLE, name), "utf8");

test("the page is at most 60 kB in all", () => {
  const sizes = FILES.map((name) => [name, statSync(join(CONSOLE, name)).size]);
  const all = sizes.reduce((sum, [, size]) => sum + size, 0);
  assert.ok(all <= 60_000, `${all} bytes: ${sizes.join(" ")}`);
});

test("what explains tokens in the page stays below 300 kB", () => {
  const { size } = statSync(join(CONSOLE, "explain.wasm"));
  assert.ok(size < 300_000, `${size} bytes`);
});

test("the client in it is the client package", () => {
  const built = buildSync({
    entryPoints: [join(CONSOLE, "client.ts")],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    write: false,
  });
  assert.equal(read("agora-token-client.js"), built.outputFiles[0].text, "make console-client writes it anew");
});

test("nothing in it is inline, and nothing of another host but the SDK on the page that joins", () => {
  for (const name of FILES) {
    const text = read(name);
    if (name.endsWith(".html")) {
      assert.doesNotMatch(text, /<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/, name);
      assert.doesNotMatch(text, /(src|href)="(https?:|\/)/, name);
    }
    if (name.endsWith(".css")) assert.doesNotMatch(text, /url\(|@import/, name);
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacent|eval\(|new Function|document\.write|localStorage|sessionStorage|indexedDB|document\.cookie/, name);
    const hosts = [...text.matchAll(/https?:\/\/([\w.*-]+)/g)].map(([, host]) => host);
    const allowed = { "try.js": ["download.agora.io"], "index.html": ["www.w3.org", "127.0.0.1", "localhost"], "picture.js": ["www.w3.org"] };
    assert.deepEqual(hosts.filter((host) => !(allowed[name] ?? []).includes(host)), [], name);
  }
});

test("the headers let nothing in that the page does not need", () => {
  for (const name of FILES) {
    const sent = headersOf(name);
    const policy = sent["content-security-policy"];
    assert.equal(sent["referrer-policy"], "no-referrer");
    assert.match(policy, /default-src 'none'.*base-uri 'none'; form-action 'none'; frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|http:|https:(?!\/\/)/);
    const foreign = policy.match(/(https|wss):\/\/[\w.*-]+/g) ?? [];
    if (name !== "try.html") assert.deepEqual(foreign, [], name);
    assert.ok(foreign.every((host) => /\.(agora\.io|sd-rtn\.com)$/.test(host)));
  }
});

const set = stage("Chromium");
const ODD = `it's "$HOME" \\(x) \${y} \`z\` é`;

for (const [kind, value] of [["rtm", { userId: ODD }], ["rtc", { channelName: "a$b#{c}", uid: 7, role: "publisher" }]]) {
  test(`the code for ${kind} fetches the token that was asked for, whatever is in it`, async (t) => {
    const person = await at(set, t, "mint");
    const code = await person.do(async ([kind, value]) => (await import("./code.js")).snippets(kind, value), kind, value);
    const folder = mkdtempSync(join(tmpdir(), "agora-token-console-"));
    t.after(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(join(ROOT, "clients/web"), join(folder, "node_modules/agora-token-client"));
    const env = { ...process.env, API_KEY: set.functions.apiKey };
    writeFileSync(join(folder, "code.mjs"), `${code.JavaScript.replace('jwt: "JWT of the signed-in user"', "apiKey: process.env.API_KEY")}console.log(token);`);
    writeFileSync(join(folder, "code.py"), code.Python);
    const runs = {
      curl: ["bash", "-euc", code.curl],
      JavaScript: ["node", join(folder, "code.mjs")],
      Python: ["python3", join(folder, "code.py")],
    };
    for (const [language, [program, ...more]] of Object.entries(runs)) {
      set.site.requests.length = 0;
      const child = spawn(program, more, { env });
      let said = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += data));
      await new Promise((resolve) => child.once("close", resolve));
      assert.match(said, /007eJ/, `${language}: ${said}`);
      const [sent] = set.site.requests;
      assert.deepEqual(JSON.parse(sent.body), value, language);
      assert.ok(!code[language].includes(set.functions.apiKey));
    }
    // What cannot be compiled here: every text in it is one line, and says the same.
    for (const language of ["Kotlin", "Swift", "Dart"]) {
      const literal = code[language].match(/"\{(?:[^"\\\n]|\\.)*\}"/)[0];
      const plain = language === "Swift" ? literal : literal.replaceAll("\\$", "$");
      assert.deepEqual(JSON.parse(JSON.parse(plain)), value, language);
      if (language !== "Swift") assert.doesNotMatch(literal, /(^|[^\\])\$/, language);
    }
  });
}
