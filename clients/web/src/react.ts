import { useEffect, useRef, useState } from "react";
import type { KeeperState } from "./keeper.js";
import { keepRtc, type RtcClient, type RtcKeeper } from "./rtc.js";
import type { TokenSource } from "./source.js";
import type { RtcParameters } from "./types.js";

export interface KeptRtc {
  state: KeeperState | "idle";
  /** What failed last; `undefined` again once the client is in. */
  error: unknown;
  /** For its events. */
  keeper: RtcKeeper | undefined;
}

/**
 * Instead of `useJoin` of `agora-rtc-react`: joins while it is mounted and `ready`, renews, and joins and
 * publishes again when a token has ended. It joins anew when the parameters change in value.
 */
export function useKeepRtc(
  client: RtcClient | null | undefined,
  source: TokenSource,
  parameters: RtcParameters,
  ready = true,
): KeptRtc {
  const [kept, setKept] = useState<KeptRtc>(IDLE);
  const latest = useRef(source);
  latest.current = source;
  const asked = JSON.stringify(parameters);
  useEffect(() => {
    if (!client || !ready) return;
    // A source made anew by each render would otherwise mean a join for each render.
    const current: TokenSource = { get: (...how) => latest.current.get(...how) };
    const keeper = keepRtc(client, current, JSON.parse(asked) as RtcParameters);
    const show = (change: Partial<KeptRtc>) => setKept((before) => ({ ...before, ...change }));
    show({ keeper, state: keeper.state, error: undefined });
    const ends = [
      keeper.on("state", (state) => show(state === "joined" ? { state, error: undefined } : { state })),
      keeper.on("error", (error) => show({ error })),
    ];
    return () => {
      ends.forEach((end) => end());
      setKept(IDLE);
      void keeper.stop();
    };
  }, [client, ready, asked]);
  return kept;
}

const IDLE: KeptRtc = { state: "idle", error: undefined, keeper: undefined };
