import { TokenError } from "./error.js";
import type { Token } from "./source.js";
import { backoff, moment, since, sleep, within } from "./time.js";

/**
 * `joining` and `joined`, then `rejoining` whenever the token has ended. `failed` when it cannot go on by
 * itself, `stopped` when the app said so.
 */
export type KeeperState = "joining" | "joined" | "rejoining" | "failed" | "stopped";

export interface KeeperEvents<T> {
  state: [state: KeeperState];
  /** There is a new token, and the SDK has taken it. */
  renewed: [token: T];
  /** The client is out; it is let in again unless the state becomes `failed`. */
  ended: [reason: string];
  /** The client is in again, and what it published before is published. */
  rejoined: [token: T];
  /** What failed. The keeper goes on trying unless the state becomes `failed`. */
  error: [error: unknown];
}

/** Keeps one client in, until it is stopped. */
export interface Keeper<T = unknown, E = void> {
  readonly state: KeeperState;
  /** The first time that the client is in; rejects if that fails, or if the keeper is stopped before. */
  readonly ready: Promise<E>;
  /** Calls back; returns what ends that. */
  on<N extends keyof KeeperEvents<T>>(event: N, listener: (...data: KeeperEvents<T>[N]) => void): () => void;
  /** Leaves, and asks for no more tokens. */
  stop(): Promise<void>;
}

/** What a product's SDK makes of a token. */
export interface Line<T, E> {
  /** Fetches a token: the source, the kind and the parameters. */
  get(options: { force: boolean; patience: number; signal: AbortSignal }): Promise<T>;
  enter(token: T, first: boolean): Promise<E>;
  /** Left out, a new token takes leaving and entering. */
  renew?(token: T): Promise<unknown>;
  leave(): Promise<unknown>;
  /** Whether the SDK knows that it is out, though no event said so. */
  out?(): boolean;
  /** Listens to the SDK; returns what ends that. */
  listen(told: Told): () => void;
}

/** What an SDK has to say. */
export interface Told {
  /** The token will end soon. */
  renew(): void;
  /** The client is out, and has to be let in again. */
  ended(reason: string): void;
  /** The client is out for a reason that no token remedies. */
  lost(reason: string): void;
  /** The app itself has left. */
  left(): void;
  error(error: unknown): void;
  /** Something has changed: a good moment to look at the clock. */
  check(): void;
}

/** How long a join may take, and a renewal, in milliseconds: with some refusals the SDK never settles. */
const JOIN_LIMIT = 15_000;
const RENEWAL_LIMIT = 10_000;
const PATIENCE = 30_000;
const HEARTBEAT = 20_000;

/** What a browser says when it wakes, is looked at again, or is back on the network. */
const WAKES = ["online", "pageshow", "focus", "visibilitychange"];

/** Clients that a keeper is leaving: the next keeper of such a client waits for that. */
const leaving = new WeakMap<object, Promise<unknown>>();

/** Enters, and keeps a client in by what its SDK offers. */
export function keep<T extends Token, E>(client: object, line: Line<T, E>): Keeper<T, E> {
  const listeners = new Map<string, Set<(...data: any[]) => void>>();
  const stopping = new AbortController();
  const { signal } = stopping;
  let state: KeeperState = "joining";
  let token: T | undefined;
  let entered = moment();
  let woken = moment();
  let shortStays = 0;
  let renewing: unknown;
  let hush = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wake = () => {};

  const emit = <N extends keyof KeeperEvents<T>>(event: N, ...data: KeeperEvents<T>[N]) => {
    for (const listener of [...(listeners.get(event) ?? [])]) {
      // An app's mistake must not end the call.
      try {
        listener(...data);
      } catch (error) {
        setTimeout(() => {
          throw error;
        });
      }
    }
  };
  const become = (next: KeeperState) => {
    if (state === next || state === "stopped") return;
    state = next;
    emit("state", next);
  };
  const is = (wanted: KeeperState) => state === wanted;
  const pause = (attempt: number) =>
    Promise.race([sleep(backoff(attempt, PATIENCE), signal), new Promise<void>((resolve) => (wake = resolve))]);
  const wait = (attempt: number) => pause(attempt).catch(() => {});

  /** How long until the keeper renews by itself: the SDK's event comes first where it comes at all. */
  const due = (of: T) => of.renewsIn() + Math.min(5000, (of.endsIn() - of.renewsIn()) / 6);

  function accept(next: T) {
    token = next;
    check();
  }

  /** Now and then, and on waking: is there anything that no event said? */
  function check() {
    clearTimeout(timer);
    if (!is("joined") || !token) return;
    if (line.out?.()) return ended("unnoticed");
    if (token.endsIn() <= 0) return ended("over");
    if (due(token) <= 0) void renew();
    // A timer stands still while a machine sleeps, so none may be long.
    const next = Math.min(token.endsIn(), due(token) > 0 ? due(token) : HEARTBEAT, HEARTBEAT);
    timer = setTimeout(check, Math.max(next, 10));
  }

  async function enter(first: boolean): Promise<E> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        // An SDK that still tries to reconnect must not go on with a token that is over.
        if (!first) await line.leave();
        const next = await line.get({ force: !first || attempt > 0, patience: PATIENCE, signal });
        signal.throwIfAborted();
        const entering = line.enter(next, first);
        // The SDK itself tries again and again; not with a token that is over by then.
        const limit = Math.min(JOIN_LIMIT, next.endsIn());
        const done = await within(entering, limit, "the join", signal).finally(() => {
          // Stopped in the middle of it: a join that succeeds all the same must not stay.
          if (signal.aborted) entering.then(line.leave, () => {});
        });
        entered = moment();
        become("joined");
        if (!first) emit("rejoined", next);
        accept(next);
        return done;
      } catch (error) {
        await line.leave().catch(() => {});
        if (signal.aborted) break;
        if (final(error) || (first && attempt > 0)) {
          fail(error);
          throw error;
        }
        emit("error", error);
        await wait(attempt);
      }
    }
    throw signal.reason;
  }

  async function renew() {
    if (renewing === entered || !is("joined")) return;
    if (!line.renew) return ended("renewal");
    // A stay that has ended takes its renewal with it.
    const of = (renewing = entered);
    const current = () => is("joined") && entered === of;
    for (let attempt = 0; current(); attempt++) {
      try {
        const patience = Math.min(PATIENCE, Math.max(1000, token!.endsIn()));
        const next = await line.get({ force: true, patience, signal });
        if (!current()) break;
        await within(line.renew(next), RENEWAL_LIMIT, "the renewal", signal);
        if (!current()) break;
        accept(next);
        emit("renewed", next);
        break;
      } catch (error) {
        if (!current()) break;
        emit("error", error);
        // Meanwhile the SDK's event or the timer, whichever comes second, asks for nothing.
        await wait(attempt);
        // Refused for good: what comes next is the end of the token.
        if (final(error)) break;
      }
    }
    if (renewing === of) renewing = undefined;
  }

  function ended(reason: string) {
    if (!is("joined")) return;
    clearTimeout(timer);
    become("rejoining");
    emit("ended", reason);
    // A client that is thrown out at once, by a clock or a rule, must not go round in circles.
    shortStays = since(entered) < 5000 ? shortStays + 1 : 0;
    const rest = shortStays > 1 ? wait(shortStays) : Promise.resolve();
    rest.then(() => enter(false)).catch(() => {});
  }

  function fail(error: unknown) {
    become("failed");
    emit("error", error);
    end();
  }

  const end = () => {
    clearTimeout(timer);
    hush();
    for (const name of WAKES) target.removeEventListener?.(name, onWake, true);
  };

  async function stop() {
    if (is("stopped")) return leaving.get(client) as Promise<void>;
    const before = state;
    become("stopped");
    end();
    stopping.abort(new DOMException("the keeper was stopped", "AbortError"));
    const gone = before === "failed" ? Promise.resolve() : line.leave().then(() => {}, () => {});
    leaving.set(client, gone);
    await gone;
  }

  const onWake = () => {
    // Waking makes several events at once.
    if (since(woken) < 5000) return;
    woken = moment();
    wake();
    check();
  };
  // `visibilitychange` is an event of the document, and comes by here. Outside of browsers there is none.
  for (const name of WAKES) target.addEventListener?.(name, onWake, true);

  const told: Told = {
    renew: () => void renew(),
    ended,
    lost(reason) {
      if (is("stopped") || is("failed")) return;
      emit("ended", reason);
      fail(new Error(`the client is out: ${reason}`));
    },
    left: () => void stop(),
    error: (error) => emit("error", error),
    check,
  };

  const before = leaving.get(client) ?? Promise.resolve();
  const ready = before.then(() => {
    signal.throwIfAborted();
    hush = line.listen(told);
    return enter(true);
  });
  // An app that does not wait for it hears of it by the events.
  ready.catch(() => {});

  return {
    get state() {
      return state;
    },
    ready,
    on(event, listener) {
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(listener));
      return () => void all.delete(listener);
    },
    stop,
  };
}

const target: Partial<Pick<EventTarget, "addEventListener" | "removeEventListener">> = globalThis;

/** Whether the token server has refused for good. */
const final = (error: unknown) => error instanceof TokenError && !error.temporary;
