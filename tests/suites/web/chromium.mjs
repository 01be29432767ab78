// Chromium, as Debian has it.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A browser that needs no screen, no camera and nobody to allow anything. */
export async function startChromium() {
  const executablePath = process.env.CHROMIUM ?? PATHS.find(existsSync);
  if (!executablePath) {
    throw new Error("there is no Chromium; on Debian: apt-get install chromium (CHROMIUM=... names another)");
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--ignore-certificate-errors",
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
    ],
  });
}

/** A page of its own, whose only network is the stage's. */
export async function openPage(browser, stage, { path = "/", clockOff = 0, url = `https://app.test${path}` } = {}) {
  const context = await browser.newContext({
    permissions: ["camera", "microphone"],
    ignoreHTTPSErrors: true,
    // Loopback addresses too, as which the SDK takes the edge.
    proxy: { server: `http://${stage.network.address}`, bypass: "<-loopback>" },
  });
  stage.pages.push(() => context.close());
  if (clockOff) await context.addInitScript(setClock, clockOff);
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(error.message));
  if (process.env.VERBOSE) page.on("console", (message) => console.error(message.text().slice(0, 300)));
  await page.goto(url);
  return page;
}

/** A local clock that is wrong. */
export function setClock(milliseconds) {
  const Real = Date;
  const now = () => Real.now() + milliseconds;
  globalThis.Date = class extends Real {
    constructor(...parts) {
      super(...(parts.length ? parts : [now()]));
    }
    static now = now;
  };
}
