import type { Problem } from "./types.js";

/** Why there is no token. */
export class TokenError extends Error {
  override readonly name = "TokenError";
  /**
   * What is wrong, stable: a code of the service, such as `denied_channel`; `http_502` where the answer has
   * none; or `unreachable`, `timeout`, `credentials_failed`, `answer_unreadable`.
   */
  readonly code: string;
  /** The HTTP status; 0 where there is no answer. */
  readonly status: number;
  /** The parameter that is wrong, if it is one. */
  readonly field: string | undefined;
  /** After how many seconds to try again, if the server says so. */
  readonly retryAfter: number | undefined;
  /** Names the request in the server's log. */
  readonly requestId: string | undefined;

  constructor(code: string, status: number, problem: Problem = {}, retryAfter?: number, cause?: unknown) {
    super(`${code}: ${problem.detail ?? problem.title ?? "there is no token"}`, { cause });
    this.code = code;
    this.status = status;
    this.field = problem.field;
    this.retryAfter = retryAfter;
    this.requestId = problem.requestId;
  }

  /** Whether the same request may succeed later. Other refusals do not get better by trying again. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}
