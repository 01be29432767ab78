// Not run: the compiler has to accept the real SDKs' clients where the keepers take them, and to refuse what is
// wrong.

import type AgoraRTC from "agora-rtc-sdk-ng";
import type { IAgoraRTCClient, UID } from "agora-rtc-sdk-ng";
import type { AgoraChat } from "agora-chat";
import type { RTMClient, RTMStreamChannel } from "agora-rtm";
import type { Room, WhiteWebSdk } from "white-web-sdk";
import { createTokenSource, keepChat, keepRtc, keepRtm, keepWhiteboard } from "../../../clients/web/dist/esm/index.js";
import { agoraDocs } from "../../../clients/web/dist/esm/forms.js";

declare const rtc: ReturnType<typeof AgoraRTC.createClient>;
declare const rtm: RTMClient;
declare const stage: RTMStreamChannel;
declare const chat: AgoraChat.Connection;
declare const board: WhiteWebSdk;

const source = createTokenSource({ baseUrl: "https://t.test", credentials: async () => ({ jwt: "" }), form: agoraDocs });

export async function call(): Promise<UID> {
  const client: IAgoraRTCClient = rtc;
  const kept = keepRtc(client, source, { channelName: "demo", role: "publisher" });
  kept.on("renewed", ({ token, channelName, endsIn }) => [token.length, channelName.length, endsIn()]);
  kept.on("state", (state) => state === "joined");
  // @ts-expect-error There is no such event.
  kept.on("expired", () => {});
  // @ts-expect-error There is no such role.
  keepRtc(client, source, { channelName: "demo", role: "owner" });
  return kept.ready;
}

export async function others() {
  const login = keepRtm(rtm, source, { userId: "ann" });
  await login.join(stage, "stage", { withPresence: true }).ready;
  await keepChat(chat, source, { userId: "ann" }).ready;
  const join = (roomToken: string) => board.joinRoom({ uuid: "a7e0", roomToken, uid: "ann" });
  const room: Room = await keepWhiteboard(join, source, { uuid: "a7e0", role: "writer" }).ready;
  return room;
}

export async function tokens() {
  const { userId } = await source.get("rtm", { userId: "ann" });
  // @ts-expect-error An answer for RTM has no such member.
  const { uid } = await source.get("rtm", { userId: "ann" });
  return [userId.length, uid];
}
