// Runs the web sample without the package against a stand-in for the SDK, which behaves as the SDK does where it
// matters: when a token has ended, the client is out of the channel and has no tracks any more.
// Prints what the sample did, as JSON.

import { readFileSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [page, base] = process.argv.slice(2);
const calls = [];

class Client {
  handlers = {};
  localTracks = [];
  joined = false;
  on(event, handler) {
    this.handlers[event] = handler;
  }
  async join(appId, channel, token, uid) {
    if (this.joined) throw new Error("INVALID_OPERATION: joined already");
    this.joined = true;
    calls.push({ did: "join", as: [appId, channel, uid], token });
    return uid;
  }
  async publish(tracks) {
    if (!this.joined) throw new Error("INVALID_OPERATION: not joined");
    this.localTracks = tracks;
    calls.push({ did: "publish", tracks });
  }
  async renewToken(token) {
    if (!this.joined) throw new Error("INVALID_OPERATION: not joined");
    calls.push({ did: "renew", token });
  }
}

const client = new Client();
globalThis.AgoraRTC = {
  createClient: () => client,
  createMicrophoneAndCameraTracks: async () => ["microphone", "camera"],
};

const [, sample] = /## Web, without the package[\s\S]*?```js\n([\s\S]*?)```/.exec(readFileSync(page, "utf8"));
const source = sample
  .replace(/^import AgoraRTC .*$/m, "")
  .replace(/(const BASE_URL = )"[^"]*"/, `$1${JSON.stringify(base)}`);
const folder = mkdtempSync(join(tmpdir(), "web-sample-"));
try {
  const file = join(folder, "sample.mjs");
  writeFileSync(file, source);
  await import(pathToFileURL(file).href);
  await client.handlers["token-privilege-will-expire"]();
  client.joined = false;
  client.localTracks = [];
  await client.handlers["token-privilege-did-expire"]();
} finally {
  rmSync(folder, { recursive: true });
}
if (client.localTracks.length !== 2) throw new Error("nothing is published any more");
process.stdout.write(JSON.stringify(calls));
