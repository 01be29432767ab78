// The page as the function `console` serves it, with the service behind the same address: a gateway in small.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../../", import.meta.url);
const CONSOLE = new URL("console/", ROOT);
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
};

export const headers = JSON.parse(readFileSync(new URL("headers.json", CONSOLE)));

/** What is sent with a file: what every file has, and what it has for itself. */
export const headersOf = (name) => ({ ...headers.every, ...headers[name], "content-type": TYPES[extname(name)] });

/** `hidden` are files that are not there. `faults` are what the next requests of the service get instead. */
export async function serve(service) {
  const hidden = new Set();
  const requests = [];
  const faults = [];
  let address = service;
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://stand-in");
    const asked = { method: request.method, url: request.url, headers: request.headers };
    requests.push(asked);
    if (headers.redirects[pathname]) {
      return response.writeHead(302, { location: headers.redirects[pathname] }).end();
    }
    if (pathname === "/openapi.json" && !faults.length) {
      return response
        .writeHead(200, { "content-type": "application/json", "cache-control": "public, max-age=300" })
        .end(readFileSync(new URL("docs/openapi.json", ROOT)));
    }
    if (pathname.startsWith("/console/")) {
      const name = pathname.slice("/console/".length) || headers.index;
      if (!/^[\w-]+\.\w+$/.test(name) || !TYPES[extname(name)] || hidden.has(name)) return response.writeHead(404).end();
      let file;
      try {
        file = readFileSync(new URL(name, CONSOLE));
      } catch {
        return response.writeHead(404).end();
      }
      return response.writeHead(200, headersOf(name)).end(file);
    }
    const fault = faults.shift();
    if (fault) {
      const { status, body = {}, ...more } = fault;
      return response.writeHead(status, { "content-type": "application/problem+json", ...more }).end(JSON.stringify(body));
    }
    const parts = [];
    for await (const part of request) parts.push(part);
    asked.body = Buffer.concat(parts).toString();
    const sent = ["authorization", "content-type", "x-api-key"].flatMap((name) =>
      request.headers[name] ? [[name, request.headers[name]]] : [],
    );
    const answer = await fetch(address + request.url, {
      method: request.method,
      headers: Object.fromEntries(sent),
      ...(parts.length ? { body: Buffer.concat(parts) } : {}),
    });
    const kept = ["content-type", "retry-after", "www-authenticate"].flatMap((name) =>
      answer.headers.has(name) ? [[name, answer.headers.get(name)]] : [],
    );
    response.writeHead(answer.status, Object.fromEntries(kept)).end(Buffer.from(await answer.arrayBuffer()));
  });
  const listen = (port) => new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const down = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  await listen(0);
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}/console/`,
    requests,
    faults,
    hidden,
    use: (other) => (address = other),
    /** Nobody listens any more, until `up`. */
    down,
    up: () => server.listening || listen(port),
    stop: down,
  };
}
