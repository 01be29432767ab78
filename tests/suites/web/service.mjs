// The real functions behind a gateway, in front of which a test can put faults, and the verifier among them.

import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CORS } from "./network.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Starts the functions: their addresses, and what opens them. */
export async function startFunctions() {
  const build = ["build", "--quiet", "--locked", "-p", "agora-token-tests", "--bin", "service"];
  const built = spawnSync("cargo", [...build, "--message-format=json-render-diagnostics"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 28,
  });
  const artifacts = built.stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const path = artifacts.find(({ target, executable }) => executable && target.name === "service")?.executable;
  if (built.status !== 0 || !path) throw new Error("the functions do not build");
  const child = spawn(path, { stdio: ["pipe", "pipe", "inherit"], cwd: ROOT });
  const [line] = await new Promise((resolve, reject) => {
    createInterface(child.stdout).once("line", (text) => resolve([text]));
    child.once("exit", (code) => reject(new Error(`the functions ended with ${code}`)));
  });
  return {
    ...JSON.parse(line),
    async stop() {
      child.stdin.end();
      await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

/**
 * Our verifier in Agora's place: what is wrong with a token for those who join with it, and which error of the
 * web SDK that is.
 */
export const verifier = (functions) => async (asked) => {
  const response = await fetch(`${functions.closed}/v1/inspect`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": functions.apiKey },
    body: JSON.stringify({ ...asked, token: asked.token ?? null }),
  });
  const report = await response.json();
  if (!response.ok) throw new Error(`${report.code}: ${report.detail}`);
  const wrong = (report.findings ?? []).find(({ severity }) => severity === "error");
  const error = (wrong?.sdkErrors ?? []).find(({ sdk }) => sdk === "RTC Web");
  return { code: wrong?.code, error, expiresAt: joinEnds(report) };
};

/** The first of the token's end and that of the right to join. */
function joinEnds({ expiresAt, services = [] }) {
  const join = services.flatMap(({ privileges }) => privileges ?? []).find(({ name }) => name === "join channel");
  return Math.min(expiresAt ?? Infinity, join?.expiresAt ?? Infinity);
}

/** The functions as pages reach them, with CORS as API Gateway adds it. */
export class TokenServer {
  /** `{ at, path, status, took }` of each request; preflights are not counted. */
  requests = [];
  /** What the next requests get instead of an answer; each is used up once. */
  faults = [];
  mostInFlight = 0;
  #inFlight = 0;

  constructor(network, pattern, address) {
    this.pattern = pattern;
    network.serve(pattern, { http: (request, response, body) => this.#serve(request, response, body, address) });
  }

  async #serve(request, response, body, address) {
    if (request.method === "OPTIONS") return response.writeHead(204, CORS).end();
    const entry = { at: Date.now(), path: request.url, authorization: request.headers.authorization };
    this.requests.push(entry);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight);
    response.once("close", () => this.#inFlight--);
    response.once("finish", () => (entry.status = response.statusCode));
    const fault = this.faults.shift();
    if (fault && (await fault(response)) !== "go on") return;
    const headers = Object.fromEntries(
      ["authorization", "content-type", "x-api-key"].flatMap((name) =>
        request.headers[name] ? [[name, request.headers[name]]] : [],
      ),
    );
    const init = { method: request.method, headers, ...(body.length ? { body } : {}) };
    const answer = await fetch(address + request.url, init);
    const text = await answer.text();
    const type = answer.headers.get("content-type") ?? "text/plain";
    response.writeHead(answer.status, { ...CORS, "content-type": type }).end(text);
  }
}

/** Faults of a token server. */
export const fault = {
  status: (status, headers = {}) => (response) => {
    response.writeHead(status, { ...CORS, ...headers, "content-type": "application/problem+json" });
    response.end(JSON.stringify({ code: status === 403 ? "denied_channel" : "stand_in", detail: "no" }));
  },
  slow: (milliseconds) => async () => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return "go on";
  },
  broken: () => (response) => {
    response.writeHead(200, { ...CORS, "content-length": 100 }).write("{");
    setTimeout(() => response.destroy(), 50);
  },
  silent: () => () => {},
  page: () => (response) => void response.writeHead(200, { ...CORS, "content-type": "text/html" }).end("<html>"),
};
