// What a program in TypeScript relies on: that the types made from the OpenAPI document say what is asked and
// answered.
import type { components, paths } from "./openapi.js";
import type {
  ChatUserAnswer, ChatUserParameters, Problem, RtcAnswer, RtcParameters, RtmAnswer, RtmParameters,
  WhiteboardRoomAnswer, WhiteboardRoomParameters,
} from "./types.js";

type Issue = paths["/v1/rtc"]["post"];

const request: Issue["requestBody"]["content"]["application/json"] = {
  channelName: "lobby",
  uid: 7,
  role: "publisher",
  tokenExpire: 600,
};

// @ts-expect-error A channel is a text.
const wrong: components["schemas"]["RtcRequest"] = { channelName: 7 };

export function renewAt(answer: Issue["responses"]["200"]["content"]["application/json"]): number {
  return answer.renewAt;
}

export function field(problem: components["schemas"]["Problem"]): string | undefined {
  return problem.code === "parameter_missing" ? problem.field : undefined;
}

export const sent = [request, wrong];

// The web client's own types are narrower, so that an editor tells what is usual; what they ask is asked rightly, and
// what they say of an answer is true of each.
type Schemas = components["schemas"];

export const asked = (rtc: RtcParameters, rtm: RtmParameters, chat: ChatUserParameters, room: WhiteboardRoomParameters): [
  Schemas["RtcRequest"], Schemas["RtmRequest"], Schemas["ChatUserRequest"], Schemas["WhiteboardRoomRequest"],
] => [rtc, rtm, chat, room];

export const answered = (
  rtc: Schemas["RtcAnswer"], rtm: Schemas["RtmAnswer"], chat: Schemas["ChatUserAnswer"], room: Schemas["WhiteboardRoomAnswer"],
): [RtcAnswer, RtmAnswer, ChatUserAnswer, WhiteboardRoomAnswer] => [rtc, rtm, chat, room];

export const refused = (problem: Schemas["Problem"]): Problem => problem;
