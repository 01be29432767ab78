// The only network that a browser under test has: a proxy that answers every name itself. A page, the real
// SDK and this project's client run unchanged, with their real addresses, and nothing leaves the machine.

import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import selfsigned from "selfsigned";
import { WebSocketServer } from "ws";

export class Network {
  /** Hosts whose connections are refused, as if they could not be reached: by name, or by a pattern. */
  unreachable = new Set();
  #hosts = [];
  #sockets = new Set();

  static async start() {
    const network = new Network();
    const { private: key, cert } = await selfsigned.generate([{ name: "commonName", value: "stand-in" }], {
      keySize: 2048,
    });
    const inner = createTlsServer({ key, cert }, (request, response) => network.#http(request, response));
    const webSockets = new WebSocketServer({ noServer: true });
    inner.on("upgrade", (request, socket, head) => {
      const host = network.#host(request);
      if (!host?.webSocket) return socket.destroy();
      webSockets.handleUpgrade(request, socket, head, (webSocket) => host.webSocket(webSocket, request));
    });
    // A request without TLS names its host in the URL.
    const proxy = createServer((request, response) => {
      if (!URL.canParse(request.url)) return response.writeHead(400).end();
      const { pathname, search } = new URL(request.url);
      request.url = pathname + search;
      network.#http(request, response);
    });
    proxy.on("connect", (request, socket) => {
      const name = request.url.replace(/:\d+$/, "");
      network.#sockets.add(socket);
      socket.on("close", () => network.#sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      socket.host = name;
      if (network.#isUnreachable(name)) return socket.destroy();
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      inner.emit("connection", socket);
    });
    await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    network.address = `127.0.0.1:${proxy.address().port}`;
    network.stop = () => {
      for (const socket of network.#sockets) socket.destroy();
      proxy.close();
    };
    return network;
  }

  /** Has a host answered: `http(request, response, body)`, `webSocket(webSocket, request)`. */
  serve(pattern, host) {
    this.#hosts.push([pattern, host]);
  }

  /** Ends every connection with hosts like this one, and takes no new ones until `reach`. */
  cut(pattern) {
    this.unreachable.add(pattern);
    this.drop(pattern);
  }

  /** Ends every connection with hosts like this one. */
  drop(pattern) {
    for (const socket of this.#sockets) if (pattern.test(socket.host)) socket.destroy();
  }

  reach() {
    this.unreachable.clear();
  }

  #isUnreachable(name) {
    return [...this.unreachable].some((pattern) => pattern.test(name));
  }

  #host(request) {
    const named = request.headers.host ?? "";
    const name = named.replace(/:\d+$/, "");
    return this.#hosts.find(([pattern]) => pattern.test(named) || pattern.test(name))?.[1];
  }

  async #http(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const host = this.#host(request);
    // As many of the SDK's reports as there are, nobody reads them.
    if (!host?.http) return response.writeHead(200, CORS).end("{}");
    try {
      await host.http(request, response, Buffer.concat(parts));
    } catch (error) {
      console.error(error);
      response.destroy();
    }
  }
}

/** What lets a page of another origin read an answer. */
export const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "*",
  "access-control-expose-headers": "retry-after,x-request-id",
};
