// RTM, Chat and the Whiteboard, whose servers no test can stand in for: by their event surfaces.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { createTokenSource, keepChat, keepRtm, keepWhiteboard } from "../dist/esm/index.js";
import { Events, offline, problem, Server, settle, stopClock } from "./support.mjs";

let clock, server, source, kept;
beforeEach(() => {
  clock = stopClock();
  server = new Server();
  source = createTokenSource({ baseUrl: "https://t.test", fetch: server.fetch });
});
afterEach(async () => {
  await kept?.stop();
  clock.start();
});

/** What a client was told, in order. */
class Calls extends Events {
  calls = [];
  fail = {};
  async note(name, ...data) {
    this.calls.push([name, ...data]);
    const error = this.fail[name]?.shift();
    if (error) throw error;
  }
}

class Rtm extends Calls {
  addEventListener = this.on;
  removeEventListener = this.off;
  login = ({ token }) => this.note("login", token);
  logout = () => this.note("logout");
  renewToken = (token, options) => this.note("renew", token, options?.channelName);
  becomes(currentState, reasonCode) {
    this.emit("linkState", { currentState, reasonCode });
  }
}

class Stream extends Calls {
  join = (options) => this.note("join", options);
  leave = () => this.note("leave");
}

describe("RTM", () => {
  let client;
  const login = async () => {
    client = new Rtm();
    kept = keepRtm(client, source, { userId: "ann" });
    await kept.ready;
  };

  test("logs in and renews the login when the SDK names no channel", async () => {
    await login();
    client.emit("tokenPrivilegeWillExpire", "");
    await settle();
    client.emit("tokenPrivilegeWillExpire", undefined);
    await settle();
    client.emit("tokenPrivilegeWillExpire", "stage");
    await settle();
    assert.deepEqual(client.calls, [
      ["login", "007-1"],
      ["renew", "007-2", undefined],
      ["renew", "007-3", undefined],
    ]);
  });

  test("renews by itself, and again after a refusal", async () => {
    await login();
    client.fail.renew = [{ code: -10026 }];
    await clock.pass(3_580_000, 5000);
    assert.deepEqual(client.calls.map(([name]) => name), ["login", "renew", "renew"]);
    assert.equal(kept.state, "joined");
  });

  test("logs in again when the token has ended, without logging out", async () => {
    await login();
    client.becomes("FAILED", "TOKEN_EXPIRED");
    await settle();
    assert.deepEqual(client.calls, [["login", "007-1"], ["login", "007-2"]]);
    assert.equal(kept.state, "joined");
  });

  test("does not fight for a login that somebody else has taken", async () => {
    await login();
    client.becomes("FAILED", "SAME_UID_LOGIN");
    await clock.pass(60_000);
    assert.equal(kept.state, "failed");
    assert.equal(client.calls.length, 1);
  });

  test("stops where the app logs out", async () => {
    await login();
    client.becomes("IDLE", "LOGOUT");
    await clock.pass(7_200_000, 60_000);
    assert.equal(kept.state, "stopped");
    assert.deepEqual(client.calls, [["login", "007-1"]]);
  });

  test("a lost connection is the SDK's own affair", async () => {
    await login();
    client.becomes("DISCONNECTED", "UNKNOWN");
    client.becomes("CONNECTED", "RECONNECT_SUCCESS");
    await settle();
    assert.equal(client.calls.length, 1);
  });

  test("joins a stream channel by a token of its own, and renews it under its name", async () => {
    await login();
    const stage = new Stream();
    const stream = kept.join(stage, "stage", { withPresence: true });
    await stream.ready;
    assert.deepEqual(stage.calls, [["join", { withPresence: true, token: "007-2" }]]);
    assert.deepEqual(JSON.parse(server.requests[1].body), { userId: "ann", channelName: "stage" });
    client.emit("tokenPrivilegeWillExpire", "stage");
    await settle();
    client.emit("tokenPrivilegeWillExpire", "other");
    await settle();
    assert.deepEqual(client.calls.at(-1), ["renew", "007-3", "stage"]);
    assert.equal(server.requests.length, 3);
  });

  test("joins its stream channels again after another login", async () => {
    await login();
    const stage = new Stream();
    const stream = kept.join(stage, "stage");
    await stream.ready;
    client.becomes("FAILED", "TOKEN_EXPIRED");
    await settle();
    assert.deepEqual(stage.calls.map(([name]) => name), ["join", "join"]);
    assert.equal(stream.state, "joined");
  });

  test("leaves its stream channels and logs out, and asks for nothing more", async () => {
    await login();
    const stage = new Stream();
    const stream = kept.join(stage, "stage");
    await stream.ready;
    await kept.stop();
    await clock.pass(7_200_000, 60_000);
    assert.equal(stream.state, "stopped");
    assert.deepEqual(stage.calls.at(-1), ["leave"]);
    assert.deepEqual(client.calls.at(-1), ["logout"]);
    assert.equal(server.requests.length, 2);
    assert.equal(client.count, 0);
  });
});

describe("Chat", () => {
  class Connection extends Calls {
    opened = false;
    handlers = {};
    addEventHandler = (id, handlers) => (this.handlers[id] = handlers);
    removeEventHandler = (id) => delete this.handlers[id];
    isOpened = () => this.opened;
    async open({ user, accessToken }) {
      await this.note("open", user, accessToken);
      this.opened = true;
    }
    close() {
      this.opened = false;
      this.calls.push(["close"]);
    }
    async renewToken(token) {
      if (!this.opened) throw { status: false };
      await this.note("renew", token);
    }
    tell(name) {
      for (const handlers of Object.values(this.handlers)) handlers[name]();
    }
  }
  let client;
  const open = async () => {
    client = new Connection();
    kept = keepChat(client, source, { userId: "ann" });
    await kept.ready;
  };

  test("opens as the user of the answer, and renews when the SDK says so", async () => {
    await open();
    client.tell("onTokenWillExpire");
    await settle();
    assert.deepEqual(client.calls, [["open", "ann", "007-1"], ["renew", "007-2"]]);
  });

  test("renews at 80 % by itself, where the local clock misleads the SDK", async () => {
    await open();
    await clock.pass(2_870_000, 10_000);
    assert.equal(client.calls.length, 1);
    await clock.pass(20_000, 1000);
    assert.deepEqual(client.calls.at(-1), ["renew", "007-2"]);
  });

  test("renews again after a refused renewal", async () => {
    await open();
    client.fail.renew = [{ status: false }];
    client.tell("onTokenWillExpire");
    await clock.pass(1500);
    assert.deepEqual(client.calls.slice(1).map(([name]) => name), ["renew", "renew"]);
  });

  test("opens again when the token has ended", async () => {
    await open();
    client.opened = false;
    client.tell("onTokenExpired");
    await settle();
    assert.deepEqual(client.calls.filter(([name]) => name === "open"), [["open", "ann", "007-1"], ["open", "ann", "007-2"]]);
    assert.equal(kept.state, "joined");
  });

  test("does not go round in circles where the local clock ends every token at once", async () => {
    await open();
    for (let turn = 0; turn < 120; turn++) {
      if (client.opened) client.tell("onTokenExpired");
      await clock.pass(500);
    }
    assert.ok(server.requests.length < 15, `${server.requests.length} requests in a minute`);
  });

  test("closes, and lets go of its handlers", async () => {
    await open();
    await kept.stop();
    await clock.pass(7_200_000, 60_000);
    assert.deepEqual(client.handlers, {});
    assert.deepEqual(client.calls.at(-1), ["close"]);
    assert.equal(server.requests.length, 1);
  });
});

describe("Whiteboard", () => {
  const rooms = [];
  const join = async (roomToken, { uuid }) => {
    const room = { roomToken, uuid, connected: true, disconnect: async () => void (room.connected = false) };
    rooms.push(room);
    return room;
  };
  const parameters = { uuid: "a7e0", role: "writer" };
  beforeEach(() => rooms.splice(0));

  test("joins, and joins again before the token ends", async () => {
    kept = keepWhiteboard(join, source, parameters);
    assert.equal(await kept.ready, rooms[0]);
    assert.equal(kept.room, rooms[0]);
    let told;
    kept.on("rejoined", () => (told = kept.room));
    await clock.pass(3_580_000, 5000);
    assert.deepEqual(rooms.map(({ roomToken, connected }) => [roomToken, connected]), [["007-1", false], ["007-2", true]]);
    assert.equal(told, rooms[1]);
    assert.equal(kept.state, "joined");
  });

  test("tries until it is in again", async () => {
    kept = keepWhiteboard(join, source, parameters);
    await kept.ready;
    server.faults = [problem(503, "project_unavailable"), offline];
    await clock.pass(3_590_000, 5000);
    assert.equal(rooms.length, 2);
  });

  test("disconnects when it is stopped", async () => {
    kept = keepWhiteboard(join, source, parameters);
    await kept.ready;
    await kept.stop();
    await clock.pass(7_200_000, 60_000);
    assert.deepEqual(rooms.map(({ connected }) => connected), [false]);
    assert.equal(kept.room, undefined);
  });
});
