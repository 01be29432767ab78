import { keep, type Keeper } from "./keeper.js";
import type { Token, TokenSource } from "./source.js";
import type { ChatUserAnswer, ChatUserParameters } from "./types.js";

/** What is used of a connection of `agora-chat`. */
export interface ChatConnection {
  open(options: { user: string; accessToken?: string }): Promise<unknown>;
  close(): unknown;
  isOpened(): boolean;
  renewToken(token: string): Promise<unknown>;
  addEventHandler(id: string, handler: { onTokenWillExpire?: () => void; onTokenExpired?: () => void }): void;
  removeEventHandler(id: string): void;
}

export type ChatKeeper = Keeper<Token<ChatUserAnswer>>;

let keepers = 0;

/**
 * Opens a connection, and keeps it open. The SDK counts a token's life by the local clock, and says at 80 % of
 * it that it will expire; where that clock is wrong, the keeper's own timer renews at the same time.
 */
export function keepChat(connection: ChatConnection, source: TokenSource, parameters: ChatUserParameters): ChatKeeper {
  const id = `agora-token-client-${++keepers}`;

  return keep<Token<ChatUserAnswer>, void>(connection, {
    async get(options) {
      const token = await source.get("chat/user", parameters, options);
      const life = (token.expiresAt - token.issuedAt) * 1000;
      return { ...token, renewsIn: () => token.endsIn() - life / 5 };
    },
    async enter({ userId, token }) {
      await connection.open({ user: userId, accessToken: token });
    },
    renew: ({ token }) => connection.renewToken(token),
    async leave() {
      connection.close();
    },
    out: () => !connection.isOpened(),
    listen(told) {
      connection.addEventHandler(id, {
        onTokenWillExpire: told.renew,
        // By now the SDK has closed the connection, or is about to.
        onTokenExpired: () => told.ended("onTokenExpired"),
      });
      return () => connection.removeEventHandler(id);
    },
  });
}
