// A server on loopback that generated apps call: it echoes requests, redirects, sends much, or sends nothing.
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import {
  answerJson,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
} from "../stage/loopback-server.ts";
import { acceptSocket } from "./stand-in-socket.ts";

const held = new Set<ServerResponse>();

const paths: Record<string, (url: URL, request: LoopbackRequest, response: ServerResponse) => void> = {
  "/length": (_, { body }, response) => response.end(String(Buffer.byteLength(body))),
  "/silent": () => {},
  "/redirect": (url, _, response) =>
    response.writeHead(302, { Location: `${url.searchParams.get("to")}?from=${encodeURIComponent(url.search)}` }).end(),
  "/large": (url, _, response) => {
    response.writeHead(200, { "Content-Type": "application/octet-stream" });
    const chunk = Buffer.alloc(1024 * 1024, "x");
    for (let left = Number(url.searchParams.get("mb")); left > 0; left -= 1) response.write(chunk);
    response.end();
  },
  // The part is sent when it is asked for, and the rest when somebody has asked for the release.
  "/parts": (url, _, response) => {
    held.add(response);
    response.write(url.searchParams.get("first") ?? "");
  },
  "/release": (_, __, response) => {
    for (const waiting of held) waiting.end(" rest");
    held.clear();
    response.end("released");
  },
  // Goes on for as long as somebody reads.
  "/endless": (_, __, response) => {
    const timer = setInterval(() => response.write("x"), 20);
    response.on("close", () => clearInterval(timer));
  },
  "/gzip": (_, { headers }, response) =>
    response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(JSON.stringify(headers))),
  // One byte a chunk, so that a value is never whole in one.
  "/slowly": async (_, { headers }, response) => {
    for (const character of headers.authorization ?? "nothing") {
      response.write(character);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    response.end(" end");
  },
  "/encoded": (_, { headers }, response) => {
    const value = (headers.authorization ?? "").replace(/^Bearer /, "");
    response.setHeader("X-Seen", value);
    response.end(`${encodeURIComponent(value)} ${Buffer.from(value).toString("base64")} ${JSON.stringify({ value })}`);
  },
};

const echo = ({ method, url, headers, body }: LoopbackRequest, response: ServerResponse): void =>
  answerJson(response, 200, { method, url, headers, body });

/** A running stand-in: its host with its port, and the `Authorization` of each request so far. */
export type StandInHost = LoopbackServer & { authorizations: (string | undefined)[] };

export async function startStandInHost(): Promise<StandInHost> {
  const authorizations: (string | undefined)[] = [];
  const server = await startLoopbackServer(
    (request, response) => {
      authorizations.push(request.headers.authorization);
      const answer = paths[request.address.pathname];
      if (answer === undefined) echo(request, response);
      else answer(request.address, request, response);
    },
    (request, socket) => {
      authorizations.push(request.headers.authorization);
      acceptSocket(request, socket);
    },
  );
  return { ...server, authorizations };
}
