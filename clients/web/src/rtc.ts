import { keep, type Keeper } from "./keeper.js";
import type { Token, TokenSource } from "./source.js";
import type { RtcAnswer, RtcParameters } from "./types.js";

type Uid = number | string;

/** What is used of a client of `agora-rtc-sdk-ng`. */
export interface RtcClient {
  readonly connectionState: string;
  readonly localTracks: RtcTrack[];
  join(appId: string, channel: string, token: string | null, uid?: Uid | null): Promise<Uid>;
  leave(): Promise<void>;
  publish(tracks: any): Promise<unknown>;
  renewToken(token: string): Promise<void>;
  on(event: string, listener: (...data: any[]) => void): void;
  off(event: string, listener: (...data: any[]) => void): void;
}

export interface RtcTrack {
  readonly enabled: boolean;
}

export type RtcKeeper = Keeper<Token<RtcAnswer>, Uid>;

/** Why the SDK may be out although another join, with a good token, would succeed. */
const RECOVERABLE = ["TOKEN_EXPIRE", "NETWORK_ERROR", "SERVER_ERROR"];

/**
 * Joins a channel, and keeps the client in it: renews the token when the SDK asks or the time has come, and
 * when a token has ended, joins again and publishes the same tracks again.
 */
export function keepRtc(client: RtcClient, source: TokenSource, parameters: RtcParameters): RtcKeeper {
  /** What the app has published, as it was when the client was last in. */
  let tracks: RtcTrack[] = [];
  /** What of it is still to be published again. */
  let owed: RtcTrack[] = [];
  let user: Uid | undefined;
  /** Whether it is the keeper that leaves. */
  let leaving = false;
  let polling: ReturnType<typeof setInterval> | undefined;
  let report = (_: unknown) => {};

  /** A stay that ends before everything is published again must not make the rest forgotten. */
  const remember = () => {
    tracks = [...new Set([...client.localTracks, ...owed])];
  };

  /** Strikes off what is published; of the rest, what the SDK would take. */
  const missing = () => {
    owed = owed.filter((track) => !client.localTracks.includes(track));
    return owed.filter((track) => track.enabled);
  };

  async function publish() {
    owed = [...tracks];
    try {
      if (missing().length) await client.publish(missing());
    } catch {
      for (const track of missing()) {
        await client.publish(track).catch((error) => {
          // Out again: all of it is left to the next stay.
          if (client.connectionState !== "CONNECTED") throw error;
          // One that the app has closed meanwhile must not keep the others away.
          owed = owed.filter((other) => other !== track);
          report(error);
        });
      }
    }
    missing();
    // The SDK refuses a track that is switched off, and does not say when it is switched on again.
    let off = owed.filter((track) => !track.enabled);
    if (!off.length) return;
    polling = setInterval(() => {
      const on = off.filter((track) => track.enabled);
      off = off.filter((track) => !track.enabled);
      if (!off.length) clearInterval(polling);
      for (const track of on) client.publish(track).then(missing, report);
    }, 1000);
  }

  return keep<Token<RtcAnswer>, Uid>(client, {
    get: (options) => source.get("rtc", parameters, options),

    async enter({ appId, channelName, token, uid, account }, first) {
      // A number and a text are two users: the answer has the type. Uid 0 is anybody, so whoever the SDK
      // became the first time stays.
      user = await client.join(appId, channelName, token, account ?? (uid || user) ?? null);
      if (!first) await publish();
      return user;
    },

    renew: ({ token }) => client.renewToken(token),

    async leave() {
      clearInterval(polling);
      if (client.connectionState === "DISCONNECTED") return;
      if (client.connectionState === "CONNECTED") remember();
      leaving = true;
      await client.leave().finally(() => (leaving = false));
    },

    out: () => client.connectionState === "DISCONNECTED",

    listen(told) {
      report = told.error;
      const events: [string, (...data: any[]) => void][] = [
        ["token-privilege-will-expire", told.renew],
        ["token-privilege-did-expire", () => told.ended("TOKEN_EXPIRE")],
        [
          "connection-state-change",
          (now: string, before: string, reason = "") => {
            // The last time that the SDK still has the tracks, whatever comes of it.
            if (before === "CONNECTED" && !leaving) remember();
            // A connection that breaks, or is back, may be all that is seen of a sleep.
            if (now === "CONNECTED" || now === "RECONNECTING") told.check();
            if (now !== "DISCONNECTED" || leaving || before === "CONNECTING") return;
            if (reason === "LEAVE") told.left();
            else if (RECOVERABLE.includes(reason)) told.ended(reason);
            else told.lost(reason);
          },
        ],
      ];
      for (const [event, listener] of events) client.on(event, listener);
      return () => {
        clearInterval(polling);
        for (const [event, listener] of events) client.off(event, listener);
      };
    },
  });
}
