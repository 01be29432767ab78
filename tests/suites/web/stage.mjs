// A page with the real SDK and this project's client, the network around it, and what has to hold whatever
// happens there.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Edge } from "./edge.mjs";
import { Network } from "./network.mjs";
import { TokenServer, verifier } from "./service.mjs";

const require = createRequire(import.meta.url);
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".html": "text/html" };
const CLIENT = fileURLToPath(new URL("../../../clients/web/dist/esm/", import.meta.url));
const PAGES = fileURLToPath(new URL("page/", import.meta.url));

/** The versions of the SDK that are tested, by the package that has them. */
export const SDKS = {
  "4.24": require.resolve("agora-rtc-sdk-ng"),
  "4.20": require.resolve("agora-rtc-sdk-ng-4.20"),
};

export class Stage {
  /** It ends with the test, with every page in `pages`. */
  static async set(functions, t, { sdk = "4.24" } = {}) {
    const stage = new Stage();
    stage.pages = [];
    t.after(() => stage.#end());
    stage.functions = functions;
    stage.network = await Network.start();
    // What `make run` serves.
    stage.local = new TokenServer(stage.network, /^127\.0\.0\.1:9000$/, functions.open);
    stage.edge = new Edge(stage.network, verifier(functions));
    stage.tokens = new TokenServer(stage.network, /^tokens\.test$/, functions.open);
    stage.guarded = new TokenServer(stage.network, /^guarded\.test$/, functions.closed);
    stage.serve(/^app\.test$/, (path) => {
      if (path === "/sdk.js") return SDKS[sdk];
      if (path.startsWith("/client/")) return CLIENT + path.slice("/client/".length);
      return PAGES + (path === "/" ? "rtc.html" : path.slice(1));
    });
    return stage;
  }

  /** Serves files: the path of a file for the path of a URL. */
  serve(pattern, file) {
    this.network.serve(pattern, {
      http: (request, response) => {
        const path = file(new URL(request.url, "https://stand-in").pathname);
        if (!path || !existsSync(path)) return response.writeHead(404).end();
        const type = TYPES[extname(path)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type, "access-control-allow-origin": "*" }).end(readFileSync(path));
      },
    });
  }

  /**
   * What holds in every story: who has a token never asks twice at once, never joins or renews with what has
   * ended, never asks more often than the pauses allow, and what was published is published.
   */
  check({ published = ["audio", "video"], pages = 1, refused = [] } = {}) {
    assert.deepEqual(this.edge.published, published, "what is published");
    for (const server of [this.tokens, this.guarded, this.local]) {
      assert.ok(server.mostInFlight <= pages, `${server.mostInFlight} requests at once`);
      if (pages === 1) assertPaced(server.requests);
    }
    const sent = this.edge.asked.filter(({ what }) => ["access point", "join", "renewal"].includes(what));
    const wrong = [...new Set(sent.map((entry) => entry.refused).filter(Boolean))];
    assert.deepEqual(wrong, refused, "what the verifier found wrong with the tokens that the SDK was given");
    for (const { token } of sent) assert.match(token, /^00[67]/);
  }

  async #end() {
    await Promise.all(this.pages.map((close) => close()));
    this.edge?.stop();
    this.network?.stop();
  }
}

/** After a failure, the next request comes no sooner than half of the backoff; those for a new JWT excepted. */
function assertPaced(requests) {
  let failures = 0;
  requests.forEach(({ status, at }, index) => {
    const before = requests[index - 1];
    if (!before) return;
    const failed = before.status !== 200 && before.status !== 401;
    if (failed) {
      const least = Math.min(8000, 1000 * 2 ** failures++) / 2;
      const pause = at - before.at;
      // A keeper that has given one round up begins the next with the shortest pause.
      assert.ok(pause >= Math.min(least, 500) - 20, `request ${index} comes ${pause} ms after a failure`);
    } else failures = 0;
  });
}

/** Waits until something holds. */
export async function until(what, holds, milliseconds = 20_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    if (await holds()) return;
    if (Date.now() > end) throw new Error(`it does not come to ${what} within ${milliseconds / 1000} s`);
    await sleep(50);
  }
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
