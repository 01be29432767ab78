import { keep, type Keeper } from "./keeper.js";
import type { Token, TokenSource } from "./source.js";
import type { WhiteboardRoomAnswer, WhiteboardRoomParameters } from "./types.js";

/** What is used of a room of `white-web-sdk`. */
export interface WhiteboardRoom {
  disconnect(): Promise<unknown>;
}

export interface WhiteboardKeeper<R> extends Keeper<Token<WhiteboardRoomAnswer>, R> {
  /** The room that is joined now. After each `rejoined` it is another one. */
  readonly room: R | undefined;
}

/**
 * Joins a room, and joins it again in time before its token ends: the SDK neither warns nor renews.
 *
 * ```js
 * keepWhiteboard((roomToken, { uuid }) => sdk.joinRoom({ uuid, roomToken, uid }), source, parameters)
 * ```
 */
export function keepWhiteboard<R extends WhiteboardRoom>(
  join: (roomToken: string, token: Token<WhiteboardRoomAnswer>) => Promise<R>,
  source: TokenSource,
  parameters: WhiteboardRoomParameters,
): WhiteboardKeeper<R> {
  let room: R | undefined;
  const keeper = keep<Token<WhiteboardRoomAnswer>, R>(join, {
    get: (options) => source.get("whiteboard/room", parameters, options),
    async enter(token) {
      room = await join(token.token, token);
      return room;
    },
    async leave() {
      const left = room;
      room = undefined;
      await left?.disconnect();
    },
    listen: () => () => {},
  });
  return Object.defineProperty(keeper, "room", { get: () => room }) as WhiteboardKeeper<R>;
}
