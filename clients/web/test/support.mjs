// A clock that tests move, a server that answers as they say, and clients that behave as Agora's SDKs do where
// it matters to a keeper.

import { mock } from "node:test";

/** Stops the clocks. `slept` moves the wall clock alone, as a machine that sleeps does. */
export function stopClock() {
  const enabled = mock.timers;
  enabled.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_795_372_800_000 });
  let steady = 0;
  const real = performance.now;
  performance.now = () => steady;
  return {
    async pass(milliseconds, step = 250) {
      for (let left = milliseconds; left > 0; left -= step) {
        steady += Math.min(step, left);
        enabled.tick(Math.min(step, left));
        await settle();
      }
    },
    /** No timer fires, and the steady clock stands still. */
    slept(milliseconds) {
      enabled.setTime(Date.now() + milliseconds);
    },
    setWall(milliseconds) {
      enabled.setTime(milliseconds);
    },
    start() {
      performance.now = real;
      enabled.reset();
    },
  };
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settle() {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A server with a clock of its own, `ahead` milliseconds before the local one. */
export class Server {
  requests = [];
  inFlight = 0;
  mostInFlight = 0;
  life = 3600;
  ahead = 0;
  /** What the next requests are answered with instead of a token; each is used up once. */
  faults = [];
  /** What every request waits for. */
  gate = Promise.resolve();

  fetch = async (url, init) => {
    this.requests.push({ url, ...init, at: Date.now() });
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    try {
      await Promise.race([
        this.gate,
        new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(init.signal.reason))),
      ]);
      const fault = this.faults.shift();
      if (fault) return fault(init);
      return Response.json(this.answer(JSON.parse(init.body ?? "{}")));
    } finally {
      this.inFlight--;
    }
  };

  answer(asked) {
    const issuedAt = Math.floor((Date.now() + this.ahead) / 1000);
    const life = asked.tokenExpire ?? this.life;
    const expiresAt = issuedAt + life;
    const renewAt = life < 60 ? issuedAt + Math.floor(life / 2) : expiresAt - 30;
    const named = { uid: 7, userId: "ann", ...asked };
    return { token: `007-${this.requests.length}`, appId: "970C", issuedAt, expiresAt, renewAt, ...named };
  }
}

export const problem = (status, code, headers = {}) => () =>
  new Response(JSON.stringify({ code, detail: "no", field: "uid", requestId: "r1" }), { status, headers });
export const offline = () => {
  throw new TypeError("fetch failed");
};
export const never = (init) =>
  new Promise((_, reject) => init.signal.addEventListener("abort", () => reject(init.signal.reason)));

class Events {
  listeners = new Map();
  on(event, listener) {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }
  off(event, listener) {
    this.listeners.set(event, (this.listeners.get(event) ?? []).filter((other) => other !== listener));
  }
  emit(event, ...data) {
    for (const listener of this.listeners.get(event) ?? []) listener(...data);
  }
  get count() {
    return [...this.listeners.values()].reduce((sum, all) => sum + all.length, 0);
  }
}

/** `agora-rtc-sdk-ng` as it behaves: out of the channel, it lets go of its tracks. */
export class RtcClient extends Events {
  connectionState = "DISCONNECTED";
  localTracks = [];
  calls = [];
  /** What happens in the middle of a publication. */
  publishing;
  /** What the next joins and renewals fail with. */
  refuse = { join: [], renewToken: [] };

  #become(state, reason) {
    const before = this.connectionState;
    this.connectionState = state;
    this.emit("connection-state-change", state, before, reason);
  }
  async join(appId, channel, token, uid) {
    this.calls.push(["join", token, uid]);
    this.#become("CONNECTING");
    const refused = this.refuse.join.shift();
    await (refused === "hangs" ? new Promise((_, reject) => (this.abort = reject)) : Promise.resolve());
    if (refused) {
      this.#become("DISCONNECTED", "LEAVE");
      throw new Error(refused);
    }
    this.#become("CONNECTED");
    return uid ?? 4711;
  }
  async publish(tracks) {
    tracks = [tracks].flat();
    if (tracks.some((track) => !track.enabled)) throw new Error("TRACK_IS_DISABLED");
    if (tracks.some((track) => track.closed)) throw new Error("TRACK_STATE_UNREACHABLE");
    this.calls.push(["publish", ...tracks.map(({ name }) => name)]);
    await this.publishing?.();
    if (this.connectionState !== "CONNECTED") throw new Error("INVALID_OPERATION");
    this.localTracks.push(...tracks);
  }
  async renewToken(token) {
    this.calls.push(["renew", token]);
    const refused = this.refuse.renewToken.shift();
    if (refused === "hangs") return new Promise(() => {});
    if (refused) throw new Error(refused);
  }
  async leave() {
    this.calls.push(["leave"]);
    this.abort?.(new Error("WS_ABORT"));
    this.localTracks = [];
    this.out("LEAVE");
  }
  /** What the SDK does when the edge ends a stay. */
  out(reason) {
    this.#become("DISCONNECTING");
    this.localTracks = [];
    this.#become("DISCONNECTED", reason);
  }
  expire() {
    this.out("TOKEN_EXPIRE");
    this.emit("token-privilege-did-expire");
  }
  did(what) {
    return this.calls.filter(([name]) => name === what).map(([, ...rest]) => rest);
  }
}

export { Events };
