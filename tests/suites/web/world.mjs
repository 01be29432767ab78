// What the tests of a file share: the functions, and a browser.

import { after, before } from "node:test";
import { startChromium } from "./chromium.mjs";
import { startFunctions } from "./service.mjs";

/** Starts both before the first test of a file, and ends what was started after the last one. */
export function shared() {
  const world = {};
  before(async () => {
    // One after the other: what fails must leave nothing running that nobody knows of.
    world.browser = await startChromium();
    world.functions = await startFunctions();
  });
  after(async () => {
    await world.browser?.close();
    await world.functions?.stop();
  });
  return world;
}
