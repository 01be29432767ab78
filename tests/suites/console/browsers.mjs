// Chromium by Playwright and Firefox by Puppeteer (WebDriver BiDi), as Debian has them, with one face for both:
// what a person does and sees.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";
import { startChromium } from "../web/chromium.mjs";

const here = createRequire(new URL("../../../.venv/console/package.json", import.meta.url));
const AXE = here.resolve("axe-core");
export const PICTURES = fileURLToPath(new URL("../../../target/pictures/", import.meta.url));

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FIREFOX = [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"].find((path) => path && existsSync(path));

export const browsers = {
  Chromium: async () => {
    const browser = await startChromium();
    return {
      async open({ dark = false, width = 1280, height = 800, proxy } = {}) {
        const context = await browser.newContext({
          colorScheme: dark ? "dark" : "light",
          viewport: { width, height },
          ...(proxy ? { proxy, ignoreHTTPSErrors: true } : {}),
        });
        const page = await context.newPage();
        const close = () => context.close();
        return new Person(page, close, {
          resize: (size) => page.setViewportSize(size),
          axe: () => page.addScriptTag({ path: AXE }),
          allow: (name) => context.grantPermissions([name]),
          bypass: async () => {
            // To judge the page, the judge has to get past its Content-Security-Policy.
            const session = await context.newCDPSession(page);
            await session.send("Page.setBypassCSP", { enabled: true });
          },
        });
      },
      close: () => browser.close(),
    };
  },
  Firefox: async () => {
    if (!FIREFOX) throw new Error("there is no Firefox; on Debian: apt-get install firefox-esr (FIREFOX=... names another)");
    const start = (dark) =>
      puppeteer.launch({
        browser: "firefox",
        executablePath: FIREFOX,
        headless: true,
        extraPrefsFirefox: { "ui.systemUsesDarkTheme": dark ? 1 : 0, "security.csp.enable": true },
      });
    const running = {};
    return {
      async open({ dark = false, width = 1280, height = 800 } = {}) {
        const browser = await (running[dark] ??= start(dark));
        const page = await browser.newPage();
        await page.setViewport({ width, height });
        return new Person(page, () => page.close(), { resize: (size) => page.setViewport(size) });
      },
      close: async () => {
        for (const browser of Object.values(running)) await (await browser).close();
      },
    };
  },
};

/** Somebody who sits before the page. */
export class Person {
  /** What the page's console says of mistakes. */
  complaints = [];

  constructor(page, close, more) {
    Object.assign(this, { page, close, ...more });
    page.on("console", (message) => {
      const type = message.type();
      if (["error", "warning", "warn"].includes(type)) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error.message ?? error)));
  }

  async visit(url) {
    await this.page.goto(url);
    await this.sees("h1");
  }

  do(what, ...more) {
    // One argument is all that both take.
    return this.page.evaluate(what, more);
  }

  /** The control with this label, by its id. */
  async control(label) {
    const id = await this.do(([text]) => {
      const shown = [...document.querySelectorAll("label")].filter((one) => one.firstChild?.textContent === text);
      return shown.find((one) => one.checkVisibility())?.htmlFor ?? shown[0]?.htmlFor;
    }, label);
    if (!id) throw new Error(`there is no field ${label}`);
    return `#${id}`;
  }

  /** Replaces what is in a field, by the keyboard; what is long is pasted. */
  async enters(label, text) {
    const selector = await this.control(label);
    await this.do(([id]) => {
      const element = document.querySelector(id);
      element.focus();
      element.select();
    }, selector);
    await this.page.keyboard.press("Delete");
    if (text.length <= 12) return this.page.keyboard.type(text);
    await this.do(
      ([id, value]) => {
        const element = document.querySelector(id);
        element.value = value;
        element.dispatchEvent(new Event("input", { bubbles: true }));
      },
      selector,
      text,
    );
  }

  async chooses(label, value) {
    const selector = await this.control(label);
    if (this.page.selectOption) return this.page.selectOption(selector, value);
    await this.page.select(selector, value);
  }

  async presses(text) {
    await this.until(`a button ${text}`, ([name]) => {
      const all = [...document.querySelectorAll("button, summary, a")];
      const found = all.find((one) => one.textContent.trim() === name && one.checkVisibility() && !one.disabled);
      found?.setAttribute("data-pressed", "");
      return Boolean(found);
    }, text);
    const element = await this.page.$("[data-pressed]");
    await this.do(() => document.querySelector("[data-pressed]").removeAttribute("data-pressed"));
    await element.click();
  }

  /** What is shown where this selector leads, once it is there. */
  async sees(selector) {
    await this.until(selector, ([what]) => document.querySelector(what)?.checkVisibility(), selector);
    return this.do(([what]) => document.querySelector(what).innerText, selector);
  }

  /** Waits for a text where this selector leads. */
  async reads(selector, pattern, milliseconds = 10_000) {
    const source = pattern instanceof RegExp ? pattern.source : pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    await this.until(
      `${pattern} in ${selector}`,
      ([what, wanted]) => {
        const shown = [...document.querySelectorAll(what)].filter((one) => one.checkVisibility());
        return shown.some((one) => new RegExp(wanted, "s").test(one.innerText));
      },
      [selector, source],
      milliseconds,
    );
  }

  async until(name, holds, more = [], milliseconds = 10_000) {
    const end = Date.now() + milliseconds;
    for (;;) {
      if (await this.do(holds, ...[more].flat())) return;
      if (Date.now() > end) {
        const body = await this.do(() => document.body.innerText);
        throw new Error(`there is no ${name} on the page, but:\n${body}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Where the focus is: what the element says of itself. */
  focused() {
    return this.do(() => {
      const at = document.activeElement;
      return at.labels?.[0]?.firstChild?.textContent ?? at.innerText ?? at.tagName;
    });
  }

  /** What axe-core finds wrong, in words. */
  async judged() {
    const source = await import("node:fs").then(({ readFileSync }) => readFileSync(AXE, "utf8"));
    await this.do(`${source}; undefined`);
    const { violations } = await this.do(() => axe.run({ resultTypes: ["violations"] }));
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target}: ${failureSummary}`));
  }

  async picture(name, fullPage = true) {
    await this.page.screenshot({ path: `${PICTURES}${name}.png`, fullPage });
  }
}
