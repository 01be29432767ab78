import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import AgoraRTC, {
  AgoraRTCProvider,
  LocalVideoTrack,
  RemoteUser,
  useLocalCameraTrack,
  useLocalMicrophoneTrack,
  usePublish,
  useRemoteUsers,
  useRTCClient,
} from "agora-rtc-react";
import { createTokenSource } from "agora-token-client";
import { useKeepRtc } from "agora-token-client/react";

const source = createTokenSource({
  baseUrl: "http://127.0.0.1:9000", // what `make run` prints; in the cloud, the stack's BaseUrl
  // `make run` lets in anybody. In the cloud, show the JWT of the user who is signed in:
  // credentials: async () => ({ jwt: await session.getToken() }),
});
const client = AgoraRTC.createClient({ mode: "live", codec: "vp8", role: "host" });

function Call() {
  // In place of `useJoin`, which does not notice a changed token.
  const { state, error } = useKeepRtc(useRTCClient(), source, { channelName: "demo", role: "publisher", uid: 7 });
  const { localMicrophoneTrack } = useLocalMicrophoneTrack();
  const { localCameraTrack } = useLocalCameraTrack();
  usePublish([localMicrophoneTrack, localCameraTrack]);
  const others = useRemoteUsers();
  return (
    <>
      <p>
        <output id="state">{state}</output> {error && String(error)}
      </p>
      <LocalVideoTrack track={localCameraTrack} play style={{ width: "20rem", height: "15rem" }} />
      {others.map((user) => (
        <RemoteUser key={user.uid} user={user} style={{ width: "20rem", height: "15rem" }} />
      ))}
    </>
  );
}

function App() {
  const [calling, setCalling] = useState(true);
  return (
    <AgoraRTCProvider client={client}>
      <h1>A call in React whose tokens renew themselves</h1>
      <button id="toggle" onClick={() => setCalling(!calling)}>
        {calling ? "Leave" : "Join"}
      </button>
      {calling && <Call />}
    </AgoraRTCProvider>
  );
}

createRoot(document.querySelector("#root")).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
