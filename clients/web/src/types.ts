// What this client sends and reads. A test holds it against the types that are made from the OpenAPI document of the
// service, docs/openapi.json. Nothing else of the package describes them.

/** The lifetime and the project of any token. */
export interface CommonParameters {
  /** Which of the deployment's projects signs; left out, the default one. */
  appId?: string;
  /** Seconds from now, 1 to 86400; left out, 3600, or what the policy allows. */
  tokenExpire?: number;
}

export interface RtcParameters extends CommonParameters {
  channelName: string;
  /** A user with a number. Left out, with `account` left out too, the answer has the caller's own. */
  uid?: number;
  /** A user with a name, instead of a `uid`. */
  account?: string;
  role?: "publisher" | "subscriber";
  privilegeExpire?: number;
  privileges?: {
    joinChannel?: number;
    publishAudioStream?: number;
    publishVideoStream?: number;
    publishDataStream?: number;
  };
}

export interface RtmParameters extends CommonParameters {
  userId?: string;
  /** A stream channel, which the token opens too. */
  channelName?: string;
  permissions?: Record<string, { read?: string[]; write?: string[] }>;
}

export interface ChatUserParameters extends CommonParameters {
  userId?: string;
}

export interface WhiteboardRoomParameters extends CommonParameters {
  uuid: string;
  role: "admin" | "writer" | "reader";
}

/** What every answer has. Times are Unix seconds, by the server's clock. */
export interface Answer {
  token: string;
  appId: string;
  issuedAt: number;
  expiresAt: number;
  /** When to fetch the next token. */
  renewAt: number;
  tokenType?: string;
  warnings?: { code: string; message: string }[];
}

export interface RtcAnswer extends Answer {
  channelName: string;
  /** The user, if it is a number. */
  uid?: number;
  /** The user, if it is a name. */
  account?: string;
}

export interface RtmAnswer extends Answer {
  userId: string;
  channelName?: string;
}

export interface ChatUserAnswer extends Answer {
  userId: string;
}

export interface WhiteboardRoomAnswer extends Answer {
  uuid: string;
}

/** The kinds of token that this client knows by name: what follows `/v1/` in their routes. */
export interface Kinds {
  rtc: { asks: RtcParameters; answers: RtcAnswer };
  rtm: { asks: RtmParameters; answers: RtmAnswer };
  "chat/user": { asks: ChatUserParameters; answers: ChatUserAnswer };
  "whiteboard/room": { asks: WhiteboardRoomParameters; answers: WhiteboardRoomAnswer };
}

export type Kind = keyof Kinds;

/** A refusal: RFC 9457, with the service's own members. */
export interface Problem {
  title?: string;
  detail?: string;
  code?: string;
  field?: string;
  requestId?: string;
}
