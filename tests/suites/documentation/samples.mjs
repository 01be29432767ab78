// Runs a sample against a stand-in for its SDK, and has the SDK report what the sample waits for.
// Prints what the sample did, as JSON: the method, and the token that it passed on.

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [file, base] = process.argv.slice(2);
const did = [];
const listeners = {};

class RTM {
  constructor(appId, userId) {
    did.push(["user", userId]);
  }
  addEventListener(event, listener) {
    listeners[event] = listener;
  }
  async login({ token }) {
    did.push(["login", token]);
  }
  async renewToken(token, options) {
    did.push([`renew ${options?.channelName ?? "login"}`, token]);
  }
}

class Connection {
  addEventHandler(id, handlers) {
    Object.assign(listeners, handlers);
  }
  async open({ user, accessToken }) {
    did.push([`open ${user}`, accessToken]);
  }
  async renewToken(token) {
    did.push(["renew", token]);
  }
}

globalThis.sdks = { "agora-rtm": { RTM }, "agora-chat": { connection: Connection } };
const source = readFileSync(file, "utf8")
  .replace(/^import (\w+) from ("[\w-]+");$/m, "const $1 = globalThis.sdks[$2];")
  .replace(/(const BASE_URL = )"[^"]*"/, `$1${JSON.stringify(base)}`);
writeFileSync(file, source);
await import(pathToFileURL(file).href);
if (listeners.tokenPrivilegeWillExpire) {
  await listeners.tokenPrivilegeWillExpire("");
  await listeners.tokenPrivilegeWillExpire("stage 1");
} else {
  await listeners.onTokenWillExpire();
  await listeners.onTokenExpired();
}
process.stdout.write(JSON.stringify(did));
