import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Browser, type CDPSession, type Page, chromium as playwright } from "@playwright/test";
import chromium from "@sparticuz/chromium";
import type { CdpSession } from "../../worker/preview/viewer/cdp.ts";
import { drivePage } from "../../worker/preview/viewer/drive-page.ts";
import { pageVisit } from "../../worker/preview/viewer/page-viewer.ts";
import type { LogSink } from "./logs.ts";
import type { Teardown } from "./teardown.ts";

export type PageViewerService = {
  /** The address on loopback to which the API Worker posts a visit. */
  url: string;
  /** The secret that the API Worker sends as Bearer, since every program of this machine can reach the address. */
  secret: string;
};

const maxBodyBytes = 64 * 1_024;
/** Views at the same time; each has a window of the same browser. */
const maxViews = 3;
/** A browser that nobody used for this long is closed. */
const idleMs = 60_000;

const flags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Only previews resolve to an address, whatever a page requests.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE *.localhost",
];

/**
 * Starts the service that views pages of previews for agents with this machine's Chromium. The browser starts with the
 * first view; without a browser, the log says so once and each view fails with the reason.
 * @throws Error when no port is free
 */
export async function startPageViewer(teardown: Teardown, log: LogSink): Promise<PageViewerService> {
  const secret = randomBytes(32).toString("hex");
  const browser = new LazyBrowser(log);
  const server = createServer((request, response) => {
    answer(request, response, { browser, secret }).catch((error: unknown) => {
      log(`a view failed: ${messageOf(error)}`);
      if (!response.headersSent) reply(response, 503, messageOf(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  teardown.add(async () => {
    server.closeAllConnections();
    server.close();
    await browser.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The page viewer has no TCP port");
  return { url: `http://127.0.0.1:${address.port}/`, secret };
}

type Parts = { browser: LazyBrowser; secret: string };

async function answer(request: IncomingMessage, response: ServerResponse, { browser, secret }: Parts): Promise<void> {
  if (!isSecret(request.headers.authorization, secret)) return reply(response, 401, "The secret is missing.");
  if (request.method !== "POST") return reply(response, 405, "Request a view with POST.");
  const visit = pageVisit.safeParse(await bodyOf(request));
  if (!visit.success) return reply(response, 422, visit.error.message);
  const page = await browser.openPage();
  if (page === null) return reply(response, 503, "This machine's browser is busy. Try again.");
  const view = await drivePage(page.session, visit.data).finally(() => page.close());
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(view));
}

function isSecret(header: string | undefined, secret: string): boolean {
  const [given, expected] = [Buffer.from(header ?? ""), Buffer.from(`Bearer ${secret}`)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Error("The body is too large.");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(text);
}

type OpenPage = { session: CdpSession; close(): Promise<void> };

/** This machine's Chromium, started on demand and closed when idle. */
class LazyBrowser {
  readonly #log: LogSink;
  #browser: Promise<Browser> | null = null;
  #views = 0;
  #idle: NodeJS.Timeout | undefined;
  #hasTold = false;

  constructor(log: LogSink) {
    this.#log = log;
  }

  /** Opens an empty page in a context of its own; null when too many are open. */
  async openPage(): Promise<OpenPage | null> {
    if (this.#views >= maxViews) return null;
    this.#views += 1;
    clearTimeout(this.#idle);
    try {
      const context = await (await this.#started()).newContext({ serviceWorkers: "block" });
      const page = await context.newPage();
      const session = cdpSessionOf(await context.newCDPSession(page), page);
      return {
        session,
        close: async () => {
          this.#release();
          await context.close();
        },
      };
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const browser = this.#browser;
    this.#browser = null;
    // A browser that did not start need not be closed.
    await browser?.then((one) => one.close()).catch(() => undefined);
  }

  #release(): void {
    this.#views -= 1;
    clearTimeout(this.#idle);
    if (this.#views === 0) this.#idle = setTimeout(() => void this.close(), idleMs).unref();
  }

  #started(): Promise<Browser> {
    this.#browser ??= this.#launch();
    return this.#browser;
  }

  async #launch(): Promise<Browser> {
    try {
      const browser = await launchChromium(flags);
      browser.once("disconnected", () => {
        this.#browser = null;
      });
      return browser;
    } catch (error) {
      this.#browser = null;
      if (!this.#hasTold) this.#log(`agents cannot view pages, because Chromium did not start: ${messageOf(error)}`);
      this.#hasTold = true;
      throw new Error("Chromium did not start on this machine. Set CHROMIUM_PATH to one that does.", { cause: error });
    }
  }
}

/** Launches the Chromium that CHROMIUM_PATH names; otherwise the bundled one on Linux, and an installed Chrome elsewhere. */
async function launchChromium(args: string[]): Promise<Browser> {
  // Chromium refuses its sandbox to root.
  const chromiumSandbox = process.getuid?.() !== 0;
  const named = process.env.CHROMIUM_PATH;
  if (named === undefined && process.platform !== "linux") {
    return playwright.launch({ channel: "chrome", args, chromiumSandbox });
  }
  return playwright.launch({ executablePath: named ?? (await chromium.executablePath()), args, chromiumSandbox });
}

/** Adapts Playwright's session, whose commands and events are typed one by one. */
function cdpSessionOf(session: CDPSession, page: Page): CdpSession {
  // Without a listener Playwright answers dialogs by itself.
  page.on("dialog", () => undefined);
  const untyped: {
    send(method: string, params?: object): Promise<unknown>;
    on(event: string, listener: (params: unknown) => void): unknown;
  } = session;
  return {
    send: (method, params) => untyped.send(method, params),
    on: (event, listener) => void untyped.on(event, listener),
  };
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
