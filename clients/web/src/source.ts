import { TokenError } from "./error.js";
import { backoff, moment, since, sleep, type Moment } from "./time.js";
import type { Answer, Kind, Kinds, Problem } from "./types.js";

/** What a caller shows: the JWT of the app's user, or an API key; nothing where anybody is let in. */
export type Credentials = { jwt: string } | { apiKey: string } | null | undefined | void;

/** How a kind of token is asked for, and what is read from the answer: the requests of one server. */
export interface Form {
  request(kind: Kind, parameters: object): { path: string; body?: object };
  /** The answer in a text with status 200; `undefined` where there is no token in it. */
  read(text: string, kind: Kind, parameters: object): Promise<Answer | undefined> | Answer | undefined;
}

export interface TokenSourceOptions {
  /** Where the server is: the stack's `BaseUrl`, or what `make run` prints. */
  baseUrl: string;
  /**
   * Asked before each request, and once more with the refusal after a 401: that is the time to have a JWT
   * renewed.
   */
  credentials?: (refusal?: TokenError) => Credentials | Promise<Credentials>;
  /** Instead of the global `fetch`. */
  fetch?: typeof fetch;
  /** The requests of another server, from `agora-token-client/forms`. */
  form?: Form;
}

export interface GetOptions {
  /** Asks the server although a good token is there. */
  force?: boolean;
  /** Gives up waiting. The request ends when nobody waits for it any more. */
  signal?: AbortSignal | undefined;
  /** For how many milliseconds to go on trying, 30000 unless set. */
  patience?: number;
}

/** An answer, and what is left of it by a clock of its own: the server's `issuedAt`, and the time since. */
export type Token<A extends Answer = Answer> = Readonly<A> & {
  /** The milliseconds until the next token should be fetched; negative when that is over. */
  renewsIn(): number;
  /** The milliseconds until the token ends. */
  endsIn(): number;
};

export interface TokenSource {
  /**
   * A token of this kind. One request is in flight for each set of parameters, whoever asks; its token is
   * kept until it should be renewed.
   */
  get<K extends Kind>(kind: K, parameters: Kinds[K]["asks"], options?: GetOptions): Promise<Token<Kinds[K]["answers"]>>;
}

interface Flight {
  promise: Promise<Token>;
  waiting: number;
  stop: AbortController;
}

/** How long one request may take, in milliseconds. */
const REQUEST_LIMIT = 10_000;

/** The requests of this project's own service. */
const OWN: Form = {
  request: (kind, parameters) => ({ path: `/v1/${kind}`, body: parameters }),
  read: (text) => JSON.parse(text) as Answer,
};

/** A source of tokens that never asks twice for what it has. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { credentials = () => null, form = OWN } = options;
  const base = options.baseUrl.replace(/\/+$/, "");
  const ask = options.fetch ?? ((...request) => fetch(...request));
  const held = new Map<string, Token>();
  const flights = new Map<string, Flight>();

  async function once(
    kind: Kind,
    parameters: object,
    shown: Record<string, string>,
    time: number,
    signal: AbortSignal,
  ) {
    const { path, body } = form.request(kind, parameters);
    const began = moment();
    let response: Response, text: string;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), time);
    const stop = () => limit.abort();
    signal.addEventListener("abort", stop);
    try {
      const init: RequestInit = { headers: shown, signal: limit.signal, cache: "no-store" };
      if (body) {
        init.method = "POST";
        init.body = JSON.stringify(body);
        init.headers = { ...shown, "content-type": "application/json" };
      }
      response = await ask(base + path, init);
      text = await response.text();
    } catch (cause) {
      const [code, detail] = limit.signal.aborted
        ? ["timeout", "the token server took too long"]
        : ["unreachable", "the token server cannot be reached"];
      throw new TokenError(code!, 0, { detail: detail! }, undefined, cause);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
    if (!response.ok) throw refused(response, text);
    let answer: Answer | undefined;
    try {
      answer = await form.read(text, kind, parameters);
    } catch {
      // What is no answer is told apart below.
    }
    if (!answer || !(answer.expiresAt > answer.issuedAt)) {
      throw new TokenError("answer_unreadable", response.status, { detail: "there is no token in the answer" });
    }
    return token(answer, began);
  }

  async function persist(kind: Kind, parameters: object, patience: number, signal: AbortSignal) {
    const began = moment();
    let refusal: TokenError | undefined;
    let denied = "";
    for (let attempt = 0; ; ) {
      let error: TokenError;
      let shown = {};
      try {
        shown = headers(await show(refusal));
        // The same credentials once more would be refused once more.
        if (refusal && JSON.stringify(shown) === denied) throw refusal;
        const left = Math.max(1000, patience - since(began));
        return await once(kind, parameters, shown, Math.min(REQUEST_LIMIT, left), signal);
      } catch (thrown) {
        error = thrown as TokenError;
      }
      signal.throwIfAborted();
      if (error.status === 401 && !refusal) {
        refusal = error;
        denied = JSON.stringify(shown);
        continue;
      }
      const wait = Math.max(backoff(attempt++), (error.retryAfter ?? 0) * 1000);
      if (!error.temporary || since(began) + wait > patience) throw error;
      await sleep(wait, signal);
    }
  }

  async function show(refusal?: TokenError) {
    try {
      return await credentials(refusal);
    } catch (cause) {
      const detail = "the app's credentials function failed";
      throw new TokenError("credentials_failed", 0, { detail }, undefined, cause);
    }
  }

  function fly(key: string, kind: Kind, parameters: object, patience: number): Flight {
    const stop = new AbortController();
    const promise = persist(kind, parameters, patience, stop.signal)
      .then((token) => {
        held.set(key, token);
        return token;
      })
      .finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      });
    const flight: Flight = { promise, waiting: 0, stop };
    flights.set(key, flight);
    return flight;
  }

  return {
    async get(kind, parameters, { force = false, signal, patience = 30_000 } = {}) {
      signal?.throwIfAborted();
      const key = `${kind} ${JSON.stringify(Object.entries(parameters).sort())}`;
      const kept = held.get(key);
      // The types of what is kept follow from the kind in its key.
      type Asked = Token<Kinds[typeof kind]["answers"]>;
      if (!force && kept && kept.renewsIn() > 0) return kept as Asked;
      const flight = flights.get(key) ?? fly(key, kind, parameters, patience);
      flight.waiting++;
      let leave: (() => void) | undefined;
      const left = new Promise<never>((_, reject) => {
        leave = () => reject(signal!.reason);
        signal?.addEventListener("abort", leave);
      });
      try {
        return (await Promise.race([flight.promise, left])) as Asked;
      } finally {
        signal?.removeEventListener("abort", leave!);
        if (!--flight.waiting) {
          if (flights.get(key) === flight) flights.delete(key);
          flight.promise.catch(() => {});
          flight.stop.abort();
        }
      }
    },
  };
}

function headers(shown: Credentials): Record<string, string> {
  if (!shown) return {};
  return "jwt" in shown ? { authorization: `Bearer ${shown.jwt}` } : { "x-api-key": shown.apiKey };
}

/**
 * Its life begins, by the local clocks, when it was asked for: it cannot have been issued before. A second
 * less, since `issuedAt` has no fractions.
 */
function token(answer: Answer, began: Moment): Token {
  const left = (until: number) => (until - answer.issuedAt) * 1000 - 1000 - since(began);
  return { ...answer, renewsIn: () => left(answer.renewAt), endsIn: () => left(answer.expiresAt) };
}

function refused(response: Response, text: string): TokenError {
  let problem: Problem = {};
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    // A gateway or another server, which explains nothing.
  }
  // Seconds or a date; without either, as soon as the backoff allows.
  const said = response.headers.get("retry-after");
  const seconds = said ? (/^\d+$/.test(said) ? +said : (Date.parse(said) - Date.now()) / 1000) : undefined;
  const code = typeof problem?.code === "string" && !/^\d+$/.test(problem.code) ? problem.code : undefined;
  const after = seconds !== undefined && seconds >= 0 ? seconds : undefined;
  return new TokenError(code ?? `http_${response.status}`, response.status, problem ?? {}, after);
}
