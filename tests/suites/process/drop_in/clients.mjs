// What public apps send to their token servers, each as its own code does it: the calls, the headers and
// what is read from the answer. Prints what each of them ends up with, as JSON.

const base = process.argv[2];
const results = {};

// Agora's Flutter quickstarts and token tutorials: a GET whose path says it all.
async function flutter(channelName, uid, role, expireTime) {
  const kind = role === 1 ? "publisher" : "subscriber";
  const response = await fetch(`${base}/rtc/${channelName}/${kind}/uid/${uid}?expiry=${expireTime}`);
  if (response.status !== 200) throw new Error("Failed to fetch a token");
  return (await response.json())["rtcToken"];
}

// React and plain web tutorials for TokenServer-nodejs, with axios: params in the query, `res.data.token`.
async function webTutorial(channel) {
  const query = new URLSearchParams({ channel });
  const response = await fetch(`${base}/access_token?${query}`, {
    headers: { accept: "application/json, text/plain, */*" },
  });
  const data = JSON.parse(await response.text());
  return data.token;
}

// VideoUIKit: the URL's slash is up to whoever configures it.
async function videoUiKit(tokenUrl, channel, uid) {
  const response = await fetch(`${tokenUrl}/rtc/${channel}/publisher/uid/${uid}/`);
  const body = await response.json();
  return body.rtcToken;
}

// The web sample of Agora's docs: a page of another origin that adds a header, so the browser asks first.
async function docsWeb(uid, channelName, tokenRole) {
  const url = `${base}/fetch_rtc_token`;
  const sent = { "content-type": "application/json; charset=UTF-8", "x-requested-with": "XMLHttpRequest" };
  const origin = "http://localhost:3000";
  const preflight = await fetch(url, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": Object.keys(sent).join(","),
    },
  });
  const list = (name) => (preflight.headers.get(name) ?? "").toLowerCase().split(/\s*,\s*/);
  if (!preflight.ok) throw new Error(`preflight: ${preflight.status}`);
  if (!["*", origin].includes(preflight.headers.get("access-control-allow-origin"))) throw new Error("origin");
  if (!list("access-control-allow-methods").includes("post")) throw new Error("method");
  for (const name of Object.keys(sent)) {
    if (!list("access-control-allow-headers").includes(name)) throw new Error(`header ${name}`);
  }
  const response = await fetch(url, {
    method: "POST",
    headers: { ...sent, origin },
    body: JSON.stringify({ uid, channelName, role: tokenRole }),
  });
  if (!["*", origin].includes(response.headers.get("access-control-allow-origin"))) throw new Error("answer");
  const exposed = response.headers.get("access-control-expose-headers");
  if (exposed !== "retry-after,x-request-id") throw new Error(`exposed: ${exposed}`);
  return (await response.json()).token;
}

// The docs' samples for Go's server: the code is text, and the client counts with it.
async function docsGo(uid, ChannelName, role) {
  const response = await fetch(`${base}/fetch_rtc_token`, {
    method: "POST",
    body: JSON.stringify({ uid, ChannelName, role }),
  });
  const res = await response.json();
  if (+res.code === 200) return res.token;
  throw new Error(res.token);
}

// Unity's token client for agora-token-service: one POST for each kind of token.
async function unity(tokenType, channel, uid) {
  const response = await fetch(`${base}/getToken`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": "UnityPlayer/2022.3 (UnityWebRequest/1.0)" },
    body: JSON.stringify({ tokenType, channel, role: "publisher", uid: String(uid), expire: 3600 }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()).token;
}

// Agora's API examples and scenario apps: the toolbox, with everything in the body, certificate included.
async function toolbox(uid, channelName, types) {
  const response = await fetch(`${base}/toolbox/v2/token/generate`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      appId: "970CA35de60c44645bbae8a215061b33",
      appCertificate: "",
      channelName,
      expire: 900,
      src: "Android",
      ts: `${Date.now()}`,
      ...(types.length === 1 ? { type: types[0] } : { types }),
      uid: `${uid}`,
    }),
  });
  const res = (await response.json()) ?? {};
  return res?.data?.token ?? null;
}

// The Chat samples for a server in Java: the whole body is the token.
async function chatJava(name) {
  const response = await fetch(`${base}/chat/user/${name}/token`);
  return await response.text();
}

// The Chat samples in React.
async function chatReact(account) {
  const response = await fetch(`${base}/api/token/generateUserToken?account=${account}&expireTimeInSeconds=3600`);
  const data = await response.json();
  if (data.status !== "success") throw new Error("Token generation failed");
  return data.token;
}

// Push samples: a form.
async function chatForm(userId) {
  const response = await fetch(`${base}/token/generate`, {
    method: "POST",
    body: new URLSearchParams({ userId, expireSeconds: 3600, tokenType: "user" }),
  });
  return await response.text();
}

// Conversational AI quickstarts: everything from one answer.
async function conversation() {
  const config = await (await fetch(`${base}/get_config`)).json();
  if (config.code !== 0) throw new Error(config.msg);
  const { app_id, token, uid, channel_name, agent_uid } = config.data;
  return { app_id, token, uid: Number(uid), channel_name, agent_uid: Number(agent_uid) };
}

async function failing(call) {
  try {
    return { result: await call() };
  } catch (error) {
    return { error: error.message };
  }
}

results.flutter = await flutter("demo", 7, 1, 600);
results.webTutorial = await webTutorial("demo room");
results.videoUiKit = await videoUiKit(base, "demo", 0);
results.docsWeb = await docsWeb(7, "demo", 1);
results.docsGo = await docsGo(7, "demo", 2);
results.docsGoRefused = await failing(() => docsGo(2 ** 32, "demo", 2));
results.unityRtc = await unity("rtc", "demo", 7);
results.unityRtm = await unity("rtm", undefined, "alice");
results.toolbox = await toolbox(7, "demo", [1]);
results.toolboxBoth = await toolbox(7, "demo", [1, 2]);
results.toolboxRefused = await toolbox(2 ** 32, "demo", [1]);
results.chatJava = await chatJava("alice");
results.chatReact = await chatReact("alice");
results.chatForm = await chatForm("alice");
results.conversation = await conversation();
console.log(JSON.stringify(results));
