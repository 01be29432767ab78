// Lighthouse on each page: the median of five runs. It is told nothing that a visitor would not have.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";
import { startFunctions } from "../web/service.mjs";
import { CHROMIUM } from "./browsers.mjs";
import { serve } from "./serve.mjs";

const here = createRequire(new URL("../../../.venv/console/package.json", import.meta.url));
const RUNS = 5;
const LEAST = { performance: 0.95, accessibility: 1, "best-practices": 1, seo: 1 };

let functions, site, browser, lighthouse, desktop;
before(async () => {
  const module = await import(pathToFileURL(here.resolve("lighthouse")));
  lighthouse = module.default;
  desktop = module.desktopConfig;
  functions = await startFunctions();
  site = await serve(functions.open);
  browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
});
after(async () => {
  await browser?.close();
  await site?.stop();
  await functions?.stop();
});

/** The middle one. */
const median = (values) => values.sort((a, b) => a - b)[(values.length - 1) / 2];

for (const [device, config] of [["phone", () => undefined], ["desktop", () => desktop]]) {
  for (const page of ["", "try.html"]) {
    test(`${page || "index.html"} on a ${device}`, async (t) => {
      const scores = Object.fromEntries(Object.keys(LEAST).map((name) => [name, []]));
      const told = new Set();
      for (let run = 0; run < RUNS; run++) {
        const { lhr } = await lighthouse(site.url + page, { port: new URL(browser.wsEndpoint()).port, output: "json", logLevel: "silent", onlyCategories: Object.keys(LEAST) }, config());
        for (const name of Object.keys(LEAST)) scores[name].push(lhr.categories[name].score);
        for (const { id, score, title } of Object.values(lhr.audits)) if (score === 0) told.add(`${id}: ${title}`);
      }
      for (const [name, least] of Object.entries(LEAST)) {
        const score = median(scores[name]);
        t.diagnostic(`${name}: ${Math.round(score * 100)}`);
        assert.ok(score >= least, `${name} is ${score}: ${[...told].join("; ")}`);
      }
    });
  }
}
