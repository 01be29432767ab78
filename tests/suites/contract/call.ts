// What a program in TypeScript relies on: that the types made from the OpenAPI document say what is asked and
// answered.
import type { components, paths } from "./openapi.js";

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
