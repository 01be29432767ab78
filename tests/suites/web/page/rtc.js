// What the tests ask of a page: join, publish, and tell what happens.

import { createTokenSource, keepRtc } from "agora-token-client";
import * as forms from "agora-token-client/forms";

const events = [];
const plain = (data) => (data instanceof Error ? `${data.code ?? data.name}: ${data.message}` : (data?.token ?? data));

window.call = {
  events,
  /** Joins, and publishes once it is in. */
  async start({ base, parameters, jwts, form, publish = true }) {
    let shown = 0;
    const source = createTokenSource({
      baseUrl: base,
      // Each refusal takes the next JWT.
      ...(jwts && { credentials: (refusal) => ({ jwt: jwts[refusal ? ++shown : shown] }) }),
      ...(form && { form: forms[form] }),
    });
    const client = AgoraRTC.createClient({ mode: "live", codec: "vp8", role: "host" });
    const keeper = keepRtc(client, source, parameters);
    for (const event of ["state", "renewed", "ended", "rejoined", "error"]) {
      keeper.on(event, (data) => events.push([event, plain(data)]));
    }
    Object.assign(this, { client, keeper, source });
    const uid = await keeper.ready;
    if (publish) {
      this.tracks ??= await AgoraRTC.createMicrophoneAndCameraTracks();
      await client.publish(this.tracks);
    }
    return uid;
  },
  did: (event) => events.filter(([name]) => name === event).map(([, data]) => data),
  published() {
    return this.client.localTracks.length;
  },
};
window.ready = true;
