import { keep, type Keeper } from "./keeper.js";
import type { Token, TokenSource } from "./source.js";
import type { RtmAnswer, RtmParameters } from "./types.js";

/** What is used of a client of `agora-rtm` 2. */
export interface RtmClient {
  login(options?: { token?: string }): Promise<unknown>;
  logout(): Promise<unknown>;
  renewToken(token: string, options?: { channelName?: string }): Promise<unknown>;
  addEventListener(event: any, listener: (...data: any[]) => void): unknown;
  removeEventListener(event: any, listener: (...data: any[]) => void): unknown;
}

/** What is used of a stream channel. */
export interface RtmStreamChannel {
  join(options?: { token?: string }): Promise<unknown>;
  leave(): Promise<unknown>;
}

export interface RtmKeeper extends Keeper<Token<RtmAnswer>> {
  /**
   * Joins a stream channel, which `createStreamChannel(channelName)` has made, and keeps the client in it by a
   * token of its own. It ends with this keeper, and joins again with it. `options` are those of its `join`.
   */
  join(channel: RtmStreamChannel, channelName: string, options?: object): Keeper<Token<RtmAnswer>>;
}

/** Reasons after which a login with a good token succeeds. */
const RECOVERABLE = ["TOKEN_EXPIRED", "INVALID_TOKEN", "RECONNECT_TIMEOUT", "LOGIN_TIMEOUT"];

/** Logs in, and keeps the client logged in. */
export function keepRtm(client: RtmClient, source: TokenSource, parameters: RtmParameters): RtmKeeper {
  let loggedIn = false;
  const streams = new Set<Keeper<Token<RtmAnswer>>>();

  const login = keep<Token<RtmAnswer>, void>(client, {
    get: (options) => source.get("rtm", parameters, options),
    async enter({ token }) {
      await client.login({ token });
      loggedIn = true;
    },
    renew: ({ token }) => client.renewToken(token),
    async leave() {
      if (!loggedIn) return;
      loggedIn = false;
      await client.logout();
    },
    listen: (told) =>
      listen(client, {
        // No channel means the login.
        tokenPrivilegeWillExpire: (channelName?: string) => channelName || told.renew(),
        linkState({ currentState, reasonCode }: { currentState: string; reasonCode: string }) {
          const out = currentState === "FAILED" || (currentState === "IDLE" && reasonCode === "LOGOUT");
          if (!out || !loggedIn) return;
          loggedIn = false;
          if (reasonCode === "LOGOUT") told.left();
          else if (RECOVERABLE.includes(reasonCode)) told.ended(reasonCode);
          else told.lost(reasonCode);
        },
      }),
  });

  return {
    get state() {
      return login.state;
    },
    ready: login.ready,
    on: login.on,
    async stop() {
      await Promise.all([...streams].map((stream) => stream.stop()));
      await login.stop();
    },
    join(channel, channelName, options = {}) {
      let joined = false;
      const stream = keep<Token<RtmAnswer>, void>(channel, {
        async get(how) {
          // There is no stream channel without a login.
          await login.ready;
          return source.get("rtm", { ...parameters, channelName }, how);
        },
        async enter({ token }) {
          await channel.join({ ...options, token });
          joined = true;
        },
        renew: ({ token }) => client.renewToken(token, { channelName }),
        async leave() {
          if (!joined) return;
          joined = false;
          await channel.leave();
        },
        listen(told) {
          const ends = [
            listen(client, {
              tokenPrivilegeWillExpire: (name?: string) => name === channelName && told.renew(),
            }),
            // The stream channels are gone with the login that they were opened by.
            login.on("ended", () => (joined = false)),
            login.on("rejoined", () => told.ended("login")),
            login.on("state", (state) => {
              if (state === "failed") told.lost("login");
              if (state === "stopped") told.left();
            }),
          ];
          return () => ends.forEach((end) => end());
        },
      });
      streams.add(stream);
      stream.on("state", (state) => state === "stopped" && streams.delete(stream));
      return stream;
    },
  };
}

function listen(client: RtmClient, listeners: Record<string, (...data: any[]) => void>): () => void {
  for (const [event, listener] of Object.entries(listeners)) client.addEventListener(event, listener);
  return () => {
    for (const [event, listener] of Object.entries(listeners)) client.removeEventListener(event, listener);
  };
}
