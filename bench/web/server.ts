import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "../../worker/contract/index.ts";
import {
  at,
  filesAt,
  longFile,
  longText,
  messages,
  projectAt,
  projectId,
  runs,
  streamedEvents,
  streamedRun,
} from "./content.ts";

/** The state of the stand-in: which project it serves, and how far its stream is. */
type Scene = { head: number; turns: boolean; streams: boolean; startTokens: Promise<void> };

/** A web app's build, served with a stand-in for the API that answers at once. */
export type Site = {
  url: string;
  scene: Scene;
  /** Returns the compressed bytes of the scripts that were sent since the last call. */
  sentScripts(): number;
  close(): Promise<void>;
};

const mediaTypes: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

const tokensPerSecond = 300;
const streamSeconds = 8;

function pageOf<T>(all: readonly T[], query: URLSearchParams): Page<T> {
  const limit = Number(query.get("limit") ?? 50);
  const from = Number(query.get("cursor") ?? 0);
  const isMore = from + limit < all.length;
  return {
    data: all.slice(from, from + limit),
    pagination: { hasMore: isMore, nextCursor: isMore ? String(from + limit) : null, limit },
  };
}

const me = { id: "usr_1", email: "ada@example.com", name: "Ada" };
const file = {
  path: longFile,
  bytes: longText.length,
  sha256: "9".repeat(64),
  language: "typescript",
  encoding: "utf-8",
  revision: 1,
};

const declarations = (name: string) =>
  readFileSync(new URL(`../../preview/types/${name}.txt`, import.meta.url), "utf8");
/** The types of the long file, so that keys are measured with completion. */
const types = {
  revision: 1,
  options: { target: "es2024", module: "esnext", moduleResolution: "bundler", types: [] },
  files: [{ path: longFile, content: longText }],
  packages: {
    key: "bench",
    complete: true,
    files: [
      { path: "lib.d.ts", content: declarations("libraries") },
      { path: "edgesmith-platform.d.ts", content: declarations("platform") },
    ],
  },
};

/** Returns the API's response as a value; undefined for an unknown path. */
function answerOf(path: string, query: URLSearchParams, scene: Scene): unknown {
  const project = `/v1/projects/${projectId}`;
  switch (path) {
    case "/v1/auth/get-session":
      return { user: me };
    case "/v1/ready":
      return { status: "ready", model: { scripted: false }, dependencies: [] };
    case "/v1/projects":
      return pageOf([projectAt(scene.head)], query);
    case project:
      return projectAt(scene.head);
    case `${project}/files`:
      return { revision: scene.head, data: filesAt(scene.head) };
    case `${project}/files/${longFile}`:
      return { ...file, content: longText };
    case `${project}/types/1`:
      return types;
    case `${project}/messages`:
      return pageOf(scene.turns ? messages : [], query);
    case `${project}/runs`:
      return pageOf([...(scene.streams ? [streamedRun] : []), ...(scene.turns ? runs : [])], query);
    case `${project}/preview`:
      return { url: "/blank.html", revision: scene.head, expiresAt: at, build: { ok: true, diagnostics: [] } };
    default:
      return /^\/v1\/(agents|projects\/[^/]+\/revisions)$/.test(path) ? pageOf([], query) : undefined;
  }
}

/** Sends a run that writes a long file: most of it at once, and 300 tokens a second once the page is ready. */
async function stream(response: ServerResponse, scene: Scene): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const { burst, tokens } = streamedEvents(tokensPerSecond * streamSeconds);
  let seq = 0;
  const send = (event: { type: string }) => {
    seq++;
    const data = JSON.stringify({ ...event, seq, runId: streamedRun.id, at });
    response.write(`id: ${seq}\nevent: ${event.type}\ndata: ${data}\n\n`);
  };
  for (const event of burst) send(event);
  await scene.startTokens;
  const from = performance.now();
  for (const [index, event] of tokens.entries()) {
    const wait = from + (index * 1_000) / tokensPerSecond - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    if (response.destroyed) return;
    send(event);
  }
}

/** Serves a build from its folder. */
export async function serveSite(folder: string): Promise<Site> {
  const scene: Scene = { head: 1, turns: false, streams: false, startTokens: Promise.resolve() };
  const compressed = new Map<string, Buffer>();
  let sent = 0;
  const sendFile = (path: string, response: ServerResponse) => {
    const name = extname(path) === "" ? "index.html" : normalize(path).slice(1);
    const body = compressed.get(name) ?? gzipSync(name === "blank.html" ? "" : readFileSync(join(folder, name)));
    compressed.set(name, body);
    if (name.endsWith(".js")) sent += body.length;
    const type = mediaTypes[extname(name)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "content-encoding": "gzip" }).end(body);
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (!pathname.startsWith("/v1/")) return sendFile(pathname, response);
    if (pathname.endsWith("/events")) return void stream(response, scene);
    const answer = answerOf(pathname, searchParams, scene);
    const status = answer === undefined ? 404 : 200;
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify(answer ?? { code: "not_found" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    scene,
    sentScripts: () => {
      const bytes = sent;
      sent = 0;
      return bytes;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
