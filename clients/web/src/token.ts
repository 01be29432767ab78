import type { Answer } from "./types.js";

// What servers leave out of their answers stands in the token itself: the project and the times. Agora's
// own libraries write the two formats.

type Read = Pick<Answer, "token" | "appId" | "issuedAt" | "expiresAt" | "renewAt">;

/** In a 006 token, `ts` lies this far ahead of the issue. */
const DAY = 86_400;

/** The project and the times of a 006 or 007 token; `undefined` where the text is neither. */
export async function readToken(token: string): Promise<Read | undefined> {
  const [appId, issuedAt, expiresAt] = (token.startsWith("007") ? await read007(token) : read006(token)) ?? [];
  if (!appId || !issuedAt || !expiresAt) return undefined;
  const life = expiresAt - issuedAt;
  return { token, appId, issuedAt, expiresAt, renewAt: life < 60 ? issuedAt + Math.floor(life / 2) : expiresAt - 30 };
}

type Fields = [appId: string, issuedAt: number, expiresAt: number];

async function read007(token: string): Promise<Fields> {
  const inflated = new Blob([bytes(token.slice(3))]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = new Reader(await new Response(inflated).arrayBuffer());
  reader.skip(reader.u16()); // the signature
  const appId = reader.text();
  const issuedAt = reader.u32();
  let life = reader.u32();
  reader.u32(); // the salt
  // The first service is the one of the lowest type, and RTC is type 1.
  if (reader.u16() && reader.u16() === 1) life = reader.privileges().reduce(least, life);
  return [appId, issuedAt, issuedAt + life];
}

function read006(token: string): Fields | undefined {
  if (!token.startsWith("006")) return undefined;
  const reader = new Reader(bytes(token.slice(35)).buffer);
  reader.skip(reader.u16()); // the signature
  reader.skip(10); // checksums of channel and user, and the length of what follows
  reader.u32(); // the salt
  const end = reader.u32();
  return [token.slice(3, 35), end - DAY, reader.privileges().reduce(least, end)];
}

/** 0 is no limit of its own. */
const least = (end: number, next: number) => (next ? Math.min(end, next) : end);

const bytes = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

class Reader {
  #view: DataView;
  #at = 0;
  constructor(buffer: ArrayBuffer) {
    this.#view = new DataView(buffer);
  }
  skip(count: number) {
    this.#at += count;
  }
  u16() {
    this.skip(2);
    return this.#view.getUint16(this.#at - 2, true);
  }
  u32() {
    this.skip(4);
    return this.#view.getUint32(this.#at - 4, true);
  }
  text() {
    const length = this.u16();
    this.skip(length);
    return new TextDecoder().decode(new Uint8Array(this.#view.buffer, this.#at - length, length));
  }
  privileges() {
    return Array.from({ length: this.u16() }, () => (this.u16(), this.u32()));
  }
}
