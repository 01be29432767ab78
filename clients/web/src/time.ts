// Time as the keepers need it: what has passed, whatever the local clock says, and waiting that can be cut
// short.

/** A moment by both local clocks, in milliseconds. */
export interface Moment {
  readonly wall: number;
  readonly steady: number;
}

export const moment = (): Moment => ({ wall: Date.now(), steady: performance.now() });

/**
 * The milliseconds since then. The steady clock may stand still while a machine sleeps, and the wall clock may
 * be set back: the one that went further is right.
 */
export const since = (then: Moment): number =>
  Math.max(Date.now() - then.wall, performance.now() - then.steady);

/** How long to wait before another attempt: 1, 2, 4, then 8 seconds, by up to a half less at random. */
export const backoff = (attempt: number, most = 8000): number =>
  Math.min(most, 1000 * 2 ** attempt) * (1 - Math.random() / 2);

/** Resolves after a time; rejects with the signal's reason if that comes first. */
export const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", abort, { once: true });
  });

/** What a promise comes to, unless that takes too long or the signal aborts. */
export const within = <T>(promise: Promise<T>, milliseconds: number, what: string, signal: AbortSignal): Promise<T> => {
  const done = new AbortController();
  const stop = () => done.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  const late = sleep(milliseconds, done.signal).then(() => {
    throw new Error(`${what} took longer than ${milliseconds / 1000} s`);
  });
  return Promise.race([promise, late]).finally(() => {
    signal.removeEventListener("abort", stop);
    done.abort();
    late.catch(() => {});
  });
};
