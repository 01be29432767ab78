// A stand-in for Agora: the access point that a client asks for an edge, and the edge that it then talks to
// by WebSocket. No media flows. Each token that the SDK sends goes to the verifier, and is refused when and
// how Agora would refuse it.

import { CORS } from "./network.mjs";

/** The names under which the SDK looks for access points and edges. */
const AGORA = /\.(agora\.io|sd-rtn\.com|agoraio\.cn|agora\.local)$|^\d+-\d+-\d+-\d+\.|^127\.0\.0\.1$/;

const ROLE_PUBLISHER = "host";

export class Edge {
  /** Everything that was asked: `{ at, what, token, refused }`, in order. */
  asked = [];
  /** What each join, renewal or publication is answered with: an edge code, or 0. One is used up each time. */
  refusals = { join: [], renew: [] };
  /** Whether joins and renewals are left without an answer. */
  mute = { join: 0, renew: 0 };
  /** Whether the edge says that a token is about to end. */
  warns = true;
  /**
   * How much faster than real time the edge's clock goes. The verifier judges tokens by the real time, so a
   * sped-up edge only hurries: it warns and ends as if a token's life were that much shorter.
   */
  speed = 1;
  /** Who is in: `{ socket, token, expiresAt, uid, streams, timers }`. */
  sessions = new Set();

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

  /** Tells every client that its token has ended. */
  expire() {
    for (const session of this.sessions) this.#end(session);
  }

  /** How many streams are published now. */
  get published() {
    return [...this.sessions].reduce((count, { streams }) => count + streams.size, 0);
  }

  stop() {
    for (const { timers, socket } of this.sessions) {
      timers.forEach(clearTimeout);
      socket.close();
    }
  }

  #note(what, more) {
    this.asked.push({ at: Date.now(), what, ...more });
  }

  async #accessPoint(request, response, body) {
    if (request.method === "OPTIONS") return response.writeHead(204, CORS).end();
    const answer = (value) =>
      response.writeHead(200, { ...CORS, "content-type": "application/json" }).end(JSON.stringify(value));
    if (!/transpond\/webrtc/.test(request.url)) return answer({});
    const asked = JSON.parse(/\{[\s\S]*\}/.exec(body.toString("latin1"))[0]);
    if (process.env.TRACE) console.error("AP", JSON.stringify(asked).slice(0, 1500));
    const bodies = [];
    for (const { uri, buffer } of asked.request_bodies) {
      if (uri === 28) {
        bodies.push({ uri: 29, buffer: { code: 0, flag: 4096, ticket: "ticket", cname: buffer.cname } });
        continue;
      }
      const token = buffer.key ?? buffer.token;
      const judged = buffer.service_ids.includes(11)
        ? await this.#judge("access point", token, buffer.cname, buffer.string_uid || buffer.uid)
        : { code: 0 };
      for (const service of buffer.service_ids) {
        bodies.push({
          uri: 23,
          buffer: {
            code: judged.code,
            flag: service === 11 ? 4096 : 4194310,
            cname: buffer.cname,
            cert: "ticket",
            cid: 1,
            uid: buffer.uid || 12345,
            detail: {},
            edges_services: [{ ip: "127.0.0.1", port: 4700, fingerprint: "" }],
          },
        });
      }
    }
    answer({
      opid: asked.opid,
      enter_ts: Date.now(),
      leave_ts: Date.now(),
      detail: { 502: "1.2.3.4" },
      response_body: bodies,
    });
  }

  /** Agora's verdict on a token: the code of the refusal, 0 for none. */
  async #judge(what, token, channelName, user) {
    const verdict = await this.verify(token, channelName, user);
    this.#note(what, { token, channelName, user, refused: verdict.finding });
    return { ...verdict, code: verdict.finding ? verdict.code : 0 };
  }

  #edge(socket) {
    const session = { socket, streams: new Set(), timers: [] };
    session.push = (type) => socket.send(JSON.stringify({ _type: type, _message: {} }));
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
    const refuse = (code, text) => ({ _result: "error", _message: { error_code: code, error_str: text } });
    const accept = (more = {}) => ({ _result: "success", _message: more });
    if (process.env.TRACE) console.error(type, JSON.stringify(message).slice(0, 300));
    switch (type) {
      case "join_v3":
      case "rejoin_v3": {
        const user = message.string_uid || message.uid || message.stream_id;
        if (this.mute.join > 0) {
          this.mute.join -= 1;
          this.#note("join left without an answer");
          return undefined;
        }
        const wished = this.refusals.join.shift();
        const judged = await this.#judge("join", message.key, message.channel_name, user);
        const code = wished ?? judged.code;
        if (code) return refuse(code, judged.finding?.code ?? "refused");
        this.#enter(session, message.key, message.channel_name, user, judged.expiresAt);
        return accept(welcome(message));
      }
      case "renew_token": {
        if (this.mute.renew > 0) {
          this.mute.renew -= 1;
          this.#note("renewal left without an answer");
          return undefined;
        }
        const token = message.token;
        const judged = await this.#judge("renew", token, session.channelName, session.user);
        const wished = this.refusals.renew.shift();
        const code = wished ?? judged.code;
        if (code) {
          this.#note("renewal refused");
          return refuse(code, "refused");
        }
        this.#enter(session, token, session.channelName, session.user, judged.expiresAt);
        return accept();
      }
      case "publish": {
        session.streams.add(message.stream_id ?? message.kind ?? session.streams.size);
        this.#note("publish", { kinds: JSON.stringify(message).match(/"(audio|video)"/g) });
        return accept(published(message));
      }
      case "unpublish":
        session.streams.clear();
        return accept();
      default:
        return accept();
    }
  }

  #enter(session, token, channelName, user, expiresAt) {
    session.timers.forEach(clearTimeout);
    Object.assign(session, { token, channelName, user, expiresAt });
    this.sessions.add(session);
    const left = (expiresAt * 1000 - Date.now()) / this.speed;
    const warnsIn = left - 30_000 / this.speed;
    session.timers = [setTimeout(() => this.#end(session), left)];
    if (this.warns && warnsIn > 0) {
      session.timers.push(setTimeout(() => session.push("on_token_privilege_will_expire"), warnsIn));
    }
  }

  #end(session) {
    this.#note("expired", { token: session.token });
    session.push("on_token_privilege_did_expire");
    this.sessions.delete(session);
    session.streams.clear();
  }
}

function welcome(message) {
  const candidate = {
    foundation: "udpcandidate",
    componentId: "1",
    transport: "udp",
    priority: "2103266323",
    connectionAddress: "127.0.0.1",
    port: "4701",
    type: "host",
  };
  return {
    uid: message.uid ?? message.stream_id ?? 7,
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

function published(message) {
  return { ...message };
}
