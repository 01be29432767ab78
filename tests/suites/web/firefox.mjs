// Firefox, as Debian has it, by WebDriver BiDi.

import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";

const PATHS = ["/usr/bin/firefox-esr", "/usr/bin/firefox"];

/** A browser whose only network is the stage's. */
export async function startFirefox(stage) {
  const executablePath = process.env.FIREFOX ?? PATHS.find(existsSync);
  if (!executablePath) {
    throw new Error("there is no Firefox; on Debian: apt-get install firefox-esr (FIREFOX=... names another)");
  }
  const [host, port] = stage.network.address.split(":");
  return puppeteer.launch({
    browser: "firefox",
    executablePath,
    headless: true,
    acceptInsecureCerts: true,
    extraPrefsFirefox: {
      "network.proxy.type": 1,
      "network.proxy.http": host,
      "network.proxy.http_port": Number(port),
      "network.proxy.ssl": host,
      "network.proxy.ssl_port": Number(port),
      "network.proxy.no_proxies_on": "",
      "network.proxy.allow_hijacking_localhost": true,
      "media.navigator.streams.fake": true,
      "media.navigator.permission.disabled": true,
      // Of its own accord it asks for nothing.
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
    },
  });
}
