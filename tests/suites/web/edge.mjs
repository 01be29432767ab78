// A stand-in for Agora: the access point that a client asks for an edge, and the edge that it then talks to
// by WebSocket. No media flows. Each token that the SDK sends goes to the verifier, and is refused when and
// how Agora would refuse it.

import { CORS } from "./network.mjs";

/** The names under which the SDK looks for access points and edges. */
export const AGORA = /\.(agora\.io|sd-rtn\.com|edge\.agora\.local)$|^127\.0\.0\.1$/;

/** What the access point says, by the name that the verifier gives it: the SDK's own numbers. */
const ACCESS_POINT_CODES = {
  INVALID_VENDOR_KEY: 2010005,
  NO_AUTHORIZED: 2010009,
  DYNAMIC_KEY_TIMEOUT: 2010010,
  DYNAMIC_KEY_EXPIRED: 2010013,
  STATIC_USE_DYNAMIC_KEY: 2010014,
  DYNAMIC_USE_STATIC_KEY: 2010015,
};

export class Edge {
  /** Everything that was asked: `{ at, what, token, refused … }`, in order. */
  asked = [];
  /** The edge codes that the next joins and renewals are refused with, whatever the verifier says. */
  refusals = { join: [], renewal: [] };
  /** How many of the next joins and renewals get no answer. */
  mute = { join: 0, renewal: 0 };
  /** Whether the edge says that a token is about to end. */
  warns = true;
  /** Whether clients without the right to publish are refused: co-host authentication. */
  cohost = true;
  /**
   * How much faster than real time the clock goes by which the edge warns, so that an hour's token is renewed
   * within a moment. Everything else, the verifier above all, goes by the real time.
   */
  speed = 1;
  /** Who is in. */
  sessions = new Set();
  #accounts = new Map();
  #tickets = new Map();

  constructor(network, verify) {
    this.verify = verify;
    network.serve(AGORA, {
      http: (request, response, body) => this.#accessPoint(request, response, body),
      webSocket: (socket) => this.#edge(socket),
    });
  }

  /** What happened of this kind. */
  of(what) {
    return this.asked.filter((entry) => entry.what === what);
  }

  /** Tells every client, as Agora does 30 seconds before a token's end. */
  warn() {
    for (const session of this.sessions) session.push("on_token_privilege_will_expire");
  }

  /** Ends every stay, as Agora does at a token's end. */
  expire() {
    for (const session of this.sessions) this.#end(session);
  }

  /** What is published now: the kinds of media of everybody who is in, sorted. */
  get published() {
    return [...this.sessions].flatMap(({ kinds }) => [...kinds]).sort();
  }

  stop() {
    for (const { timers, socket } of this.sessions) {
      timers.forEach(clearTimeout);
      socket.terminate();
    }
  }

  #note(what, more) {
    this.asked.push({ at: Date.now(), what, ...more });
  }

  async #accessPoint(request, response, body) {
    if (request.method === "OPTIONS") return response.writeHead(204, CORS).end();
    const answer = (value) =>
      response.writeHead(200, { ...CORS, "content-type": "application/json" }).end(JSON.stringify(value));
    if (/action=stringuid/.test(request.url)) {
      const { string_uid: account } = JSON.parse(body);
      if (!this.#accounts.has(account)) this.#accounts.set(account, 1000 + this.#accounts.size);
      return answer({ code: 0, uid: this.#accounts.get(account), string_uid: account });
    }
    if (!/transpond\/webrtc/.test(request.url)) return answer({});
    // A form, whose only value is JSON.
    const asked = JSON.parse(/\{[\s\S]*\}/.exec(body.toString("latin1"))[0]);
    const answers = [];
    for (const { uri, buffer } of asked.request_bodies) {
      const { cname, service_ids: services, detail = {} } = buffer;
      if (uri === 28) {
        answers.push({ uri: 29, buffer: { code: 0, flag: 4096, ticket: "ticket", cname } });
        continue;
      }
      const joins = { appId: asked.appid, channelName: cname, ...this.#user(detail[6] ?? buffer.uid) };
      const verdict = await this.#judge("access point", buffer.key ?? buffer.token, joins);
      const code = verdict.error ? (ACCESS_POINT_CODES[verdict.error.name] ?? ACCESS_POINT_CODES.NO_AUTHORIZED) : 0;
      const ticket = `ticket ${this.#tickets.size}`;
      this.#tickets.set(ticket, joins);
      for (const service of services) {
        answers.push({
          uri: 23,
          buffer: {
            code,
            flag: service === 11 ? 4096 : 4194310,
            cname,
            cert: ticket,
            cid: 1,
            uid: buffer.uid || 12345,
            detail: {},
            edges_services: [{ ip: "127.0.0.1", port: 4700, fingerprint: "" }],
          },
        });
      }
    }
    const now = Date.now();
    const { opid } = asked;
    answer({ opid, enter_ts: now, leave_ts: now, detail: { 502: "127.0.0.1" }, response_body: answers });
  }

  /** A number and a text are two users. */
  #user(user) {
    return typeof user === "string" ? { account: user } : { uid: user ?? 0 };
  }

  async #judge(what, token, joins) {
    const verdict = await this.verify({ token, ...joins });
    this.#note(what, { token, ...joins, refused: verdict.code });
    return verdict;
  }

  #edge(socket) {
    const session = { socket, kinds: new Set(), timers: [], joins: undefined };
    session.push = (type, message = {}) => socket.send(JSON.stringify({ _type: type, _message: message }));
    socket.on("close", () => {
      session.timers.forEach(clearTimeout);
      this.sessions.delete(session);
    });
    socket.on("message", async (data) => {
      let asked;
      try {
        asked = JSON.parse(data);
      } catch {
        return;
      }
      const { _id: id, _type: type, _message: message } = asked;
      if (id === undefined) return;
      const answer = await this.#answer(session, type, message ?? {});
      if (answer && socket.readyState === socket.OPEN) socket.send(JSON.stringify({ _id: id, ...answer }));
    });
  }

  async #answer(session, type, message) {
    const refuse = (code) => ({ _result: "error", _message: { error_code: code, error_str: "refused" } });
    const accept = (more = {}) => ({ _result: "success", _message: more });
    switch (type) {
      case "join_v3": {
        if (this.mute.join-- > 0) return this.#note("join without an answer");
        this.mute.join = 0;
        // Who it is stands in the ticket that the access point gave.
        const { uid, account } = this.#tickets.get(message.ap_response?.ticket) ?? {};
        session.joins = { appId: message.app_id, channelName: message.channel_name, uid, account };
        const verdict = await this.#judge("join", message.channel_key, session.joins);
        const code = this.refusals.join.shift() ?? verdict.error?.code;
        if (code) return refuse(code);
        this.#enter(session, message.channel_key, verdict.expiresAt);
        return accept(welcome(message, account ?? (uid || 4711)));
      }
      case "renew_token": {
        if (this.mute.renewal-- > 0) return this.#note("renewal without an answer");
        this.mute.renewal = 0;
        const verdict = await this.#judge("renewal", message.token, session.joins);
        const code = this.refusals.renewal.shift() ?? verdict.error?.code;
        if (code) {
          this.#note("renewal refused");
          return refuse(code);
        }
        this.#enter(session, message.token, verdict.expiresAt);
        return accept();
      }
      case "publish": {
        const role = this.cohost ? { role: "publisher" } : {};
        const verdict = await this.#judge("publish", session.token, { ...session.joins, ...role });
        if (verdict.error || verdict.code) return refuse(verdict.error?.code ?? 119);
        for (const { stream_type: kind } of message.ortc ?? []) session.kinds.add(kind === "audio" ? kind : "video");
        return accept(message);
      }
      case "unpublish":
        for (const { stream_type: kind } of message.ortc ?? []) session.kinds.delete(kind === "audio" ? kind : "video");
        return accept();
      case "leave":
        this.#note("leave");
        this.sessions.delete(session);
        return accept();
      default:
        return accept();
    }
  }

  #enter(session, token, expiresAt) {
    session.timers.forEach(clearTimeout);
    Object.assign(session, { token });
    this.sessions.add(session);
    const left = expiresAt * 1000 - Date.now();
    const warnsIn = (left - 30_000) / this.speed;
    session.timers = [setTimeout(() => this.#end(session), left)];
    if (this.warns && warnsIn > 0) {
      session.timers.push(setTimeout(() => session.push("on_token_privilege_will_expire"), warnsIn));
    }
  }

  #end(session) {
    this.#note("expired", { token: session.token });
    session.push("on_token_privilege_did_expire");
    session.timers.forEach(clearTimeout);
    this.sessions.delete(session);
  }
}

/** What the SDK needs to know of an edge to believe that it has joined. */
function welcome(message, uid) {
  const candidate = {
    foundation: "udpcandidate",
    componentId: "1",
    transport: "udp",
    priority: "2103266323",
    connectionAddress: "127.0.0.1",
    // Nobody listens here: no media flows.
    port: "4701",
    type: "host",
  };
  return {
    uid,
    vid: 1,
    rejoin_token: "rejoin",
    attributes: { userAttributes: {} },
    ortc: {
      iceParameters: { iceUfrag: "abcd", icePwd: "abcdefghijklmnopqrstuvwx", candidates: [candidate] },
      dtlsParameters: {
        fingerprints: [{ algorithm: "sha-256", fingerprint: Array(32).fill("AA").join(":") }],
        role: "server",
      },
      rtpCapabilities: message.ortc?.rtpCapabilities,
      cname: "stand-in",
    },
  };
}
