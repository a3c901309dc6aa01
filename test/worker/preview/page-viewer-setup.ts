import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Browser } from "@playwright/test";
import type { TestProject } from "vitest/node";
import { freePort } from "../../../dev/ports.ts";
import { type PageViewerService, startPageViewer } from "../../../dev/supervisor/page-viewer.ts";
import { createTeardown } from "../../../dev/supervisor/teardown.ts";
import { launchBrowser } from "../../journeys/browser.ts";
import { pages } from "./viewed-pages.ts";

/** The addresses of the servers that the tests of page viewers need. */
export type ViewerStage = {
  loopback: PageViewerService;
  /** Answers with the address of the DevTools socket of a Chromium, which starts with the first request. */
  devtoolsUrl: string;
  /** The origin of the pages to view, and one that they must not reach. */
  origin: string;
  otherOrigin: string;
};

declare module "vitest" {
  interface ProvidedContext {
    viewerStage: ViewerStage;
  }
}

/** Starts, once for all tests in workerd, servers of pages and the parts that look at them. No browser starts before it is used. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const teardown = createTeardown();
  const loopback = await startPageViewer(teardown, () => undefined);
  let reached: string[] = [];
  const other = await listen((request, response) => {
    const { url = "" } = request;
    if (url === "/reached") response.end(JSON.stringify(reached));
    else if (url === "/forget") {
      reached = [];
      response.end();
    } else {
      reached.push(url);
      response.writeHead(200, { "Access-Control-Allow-Origin": "*" }).end("reached");
    }
  });
  other.server.on("upgrade", (request, socket) => {
    reached.push(`socket ${request.url}`);
    socket.destroy();
  });
  const shown = await listen((request, response) =>
    showPage(request, response, `http://other.localhost:${other.port}`),
  );
  const devtools = await startDevtools();
  for (const { server } of [other, shown]) teardown.add(() => server.close());
  teardown.add(devtools.close);
  project.provide("viewerStage", {
    loopback,
    devtoolsUrl: devtools.url,
    origin: `http://page.localhost:${shown.port}`,
    otherOrigin: `http://127.0.0.1:${other.port}`,
  });
  return teardown.run;
}

function showPage(request: IncomingMessage, response: ServerResponse, otherOrigin: string): void {
  const { pathname } = new URL(request.url ?? "/", "http://page.localhost");
  const page = pages[pathname.slice(1)];
  if (page === undefined) {
    response.writeHead(404).end("There is nothing here.");
    return;
  }
  const cookies = request.headers.cookie ?? "none";
  const body = page.replaceAll("OTHER_ORIGIN", otherOrigin).replaceAll("COOKIES", cookies);
  const type = pathname.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8";
  response.writeHead(200, { "Content-Type": type }).end(body);
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no TCP port");
  return { server, port: address.port };
}

/** Serves the address of a Chromium's DevTools socket. */
async function startDevtools() {
  let browser: Promise<{ browser: Browser; socket: string }> | undefined;
  const launch = async () => {
    const port = await freePort();
    const launched = await launchBrowser([`--remote-debugging-port=${port}`]);
    const version: { webSocketDebuggerUrl: string } = await (
      await fetch(`http://127.0.0.1:${port}/json/version`)
    ).json();
    return { browser: launched, socket: version.webSocketDebuggerUrl };
  };
  const { server, port } = await listen((_request, response) => {
    browser ??= launch();
    browser.then(
      ({ socket }) => response.end(socket),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      server.close();
      await (await browser)?.browser.close();
    },
  };
}
