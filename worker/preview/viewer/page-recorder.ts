import { z } from "zod";
import type { CdpSession } from "./cdp.ts";
import type { PageView } from "./page-viewer.ts";

const maxLines = 30;
const maxFailedRequests = 20;
const maxMessage = 600;

const remoteObject = z.object({
  type: z.string(),
  value: z.unknown().optional(),
  description: z.string().optional(),
});
const consoleCall = z.object({ type: z.string(), args: z.array(remoteObject) });
const exception = z.object({
  exceptionDetails: z.object({
    text: z.string(),
    exception: z.object({ description: z.string().optional() }).optional(),
  }),
});
const logEntry = z.object({ entry: z.object({ level: z.string(), source: z.string(), text: z.string() }) });
const dialog = z.object({ type: z.string(), message: z.string() });
const requestSent = z.object({
  requestId: z.string(),
  type: z.string().optional(),
  request: z.object({ url: z.string(), method: z.string() }),
});
const responseReceived = z.object({ requestId: z.string(), response: z.object({ status: z.number() }) });
const requestEnded = z.object({ requestId: z.string() });
const loadingFailed = requestEnded.extend({ errorText: z.string(), canceled: z.boolean().optional() });
const requestPaused = z.object({
  requestId: z.string(),
  resourceType: z.string(),
  request: z.object({ url: z.string() }),
  responseStatusCode: z.number().optional(),
  responseHeaders: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
});

const responseBody = z.object({ body: z.string(), base64Encoded: z.boolean() });
/** Headers of the body's encoding in transfer, which do not apply to the body that is passed to the page. */
const ofTransfer = /^(content-encoding|content-length|transfer-encoding)$/i;

const ofAnotherOrigin = "another origin, which this view does not request";

/** The policy of each document and worker: no new windows, no foreign frames, and sockets only to its own host. */
const sandbox = "sandbox allow-scripts allow-same-origin allow-forms allow-modals";
const framePolicy = "frame-src 'self' data: blob:";

const isRedirect = (status: number): boolean => status >= 300 && status < 400;

type Request = { url: string; method: string };

/** Connections that stay open, with which a page would never be at rest. */
const longLived = new Set(["EventSource", "WebSocket", "Ping", "Media"]);

/**
 * Records the reports of a page while it is viewed, and isolates it from every other origin: refuses requests and
 * navigations before they leave the browser, and sockets and new windows by a policy on each document.
 */
export class PageRecorder {
  readonly console: PageView["console"] = [];
  readonly failedRequests: string[] = [];
  readonly #session: CdpSession;
  readonly #origin: string;
  readonly #connectPolicy: string;
  readonly #requests = new Map<string, Request>();
  readonly #open = new Set<string>();
  #restsSince = Date.now();
  #hasLoaded = false;

  constructor(session: CdpSession, origin: string) {
    this.#session = session;
    this.#origin = origin;
    this.#connectPolicy = `connect-src 'self' data: blob: ${origin.replace(/^http/, "ws")}`;
    session.on("Runtime.consoleAPICalled", (params) => this.#consoleCalled(params));
    session.on("Runtime.exceptionThrown", (params) => {
      const { text, exception: thrown } = exception.parse(params).exceptionDetails;
      this.#line("error", thrown?.description ?? text);
    });
    session.on("Log.entryAdded", (params) => {
      const { level, source, text } = logEntry.parse(params).entry;
      // Failed requests are recorded elsewhere, with their addresses.
      if (level !== "error" || source === "network") return;
      if (text.includes(framePolicy) || text.includes(this.#connectPolicy)) this.#refusedByPolicy(text);
      else this.#line("error", text);
    });
    session.on("Page.javascriptDialogOpening", (params) => void this.#dialogOpened(params));
    session.on("Page.loadEventFired", () => {
      this.#hasLoaded = true;
      this.#restsSince = Date.now();
    });
    this.#listenToNetwork();
    session.on("Fetch.requestPaused", (params) => void this.#paused(params));
  }

  /** Starts to record; the page must not have been opened before. */
  async start(): Promise<void> {
    const patterns = [
      { urlPattern: "*", requestStage: "Request" },
      { urlPattern: "*", resourceType: "Document", requestStage: "Response" },
      // Scripts of workers.
      { urlPattern: "*", resourceType: "Other", requestStage: "Response" },
    ];
    await this.#session.send("Fetch.enable", { patterns });
    for (const domain of ["Runtime", "Log", "Page", "Network", "Accessibility"]) {
      await this.#session.send(`${domain}.enable`);
    }
    await this.#session.send("Network.setBypassServiceWorker", { bypass: true });
  }

  /** Whether the page has loaded and requested nothing for a while, in milliseconds. */
  hasRested(forMs: number): boolean {
    return this.#hasLoaded && this.#open.size === 0 && Date.now() - this.#restsSince >= forMs;
  }

  #line(level: "error" | "warn" | "info", message: string): void {
    if (this.console.length < maxLines) this.console.push({ level, message: message.slice(0, maxMessage) });
  }

  #consoleCalled(params: unknown): void {
    const { type, args } = consoleCall.parse(params);
    const level = type === "error" || type === "assert" ? "error" : type === "warning" ? "warn" : null;
    if (level === null) return;
    this.#line(level, args.map((arg) => arg.description ?? String(arg.value)).join(" "));
  }

  async #dialogOpened(params: unknown): Promise<void> {
    const { type, message } = dialog.parse(params);
    this.#line("info", `The page opened a dialog (${type}), which was accepted: ${message}`);
    await this.#attempt("Page.handleJavaScriptDialog", { accept: true });
  }

  #listenToNetwork(): void {
    this.#session.on("Network.requestWillBeSent", (params) => {
      const { requestId, type, request } = requestSent.parse(params);
      this.#requests.set(requestId, request);
      if (!longLived.has(type ?? "")) this.#open.add(requestId);
    });
    this.#session.on("Network.responseReceived", (params) => {
      const { requestId, response } = responseReceived.parse(params);
      if (response.status >= 400) this.#failed(requestId, String(response.status));
    });
    this.#session.on("Network.loadingFinished", (params) => this.#ended(requestEnded.parse(params).requestId));
    this.#session.on("Network.loadingFailed", (params) => {
      const { requestId, errorText, canceled } = loadingFailed.parse(params);
      if (canceled !== true) this.#failed(requestId, errorText);
      this.#ended(requestId);
    });
  }

  #ended(requestId: string): void {
    this.#open.delete(requestId);
    this.#restsSince = Date.now();
  }

  #failed(requestId: string, reason: string): void {
    const request = this.#requests.get(requestId);
    if (request === undefined) return;
    const { url, method } = request;
    const isOwn = this.#isAllowed(url);
    const address = isOwn ? url.replace(this.#origin, "") : url;
    // The browser requests the icon by itself.
    if (address === "/favicon.ico") return;
    this.#addFailed(`${method} ${address.slice(0, 300)} ${isOwn ? reason : ofAnotherOrigin}`);
  }

  #isAllowed(url: string): boolean {
    return (
      url.startsWith("data:") || url.startsWith("blob:") || (URL.canParse(url) && new URL(url).origin === this.#origin)
    );
  }

  async #paused(params: unknown): Promise<void> {
    const { requestId, resourceType, request, responseStatusCode, responseHeaders } = requestPaused.parse(params);
    if (!this.#isAllowed(request.url)) {
      // An aborted navigation leaves the page unchanged.
      const errorReason = resourceType === "Document" ? "Aborted" : "BlockedByClient";
      return this.#attempt("Fetch.failRequest", { requestId, errorReason });
    }
    if (responseStatusCode === undefined || responseHeaders === undefined) {
      return this.#attempt("Fetch.continueRequest", { requestId });
    }
    // Chromium applies a policy only from a response that is fulfilled here, not from headers added to the server's.
    // Chromium returns no body of a redirect, whose destination is paused in turn.
    if (isRedirect(responseStatusCode)) return this.#attempt("Fetch.continueRequest", { requestId });
    const body = await this.#bodyOf(requestId);
    // A document that cannot get the policy must not be shown without it.
    if (body === null) return this.#attempt("Fetch.failRequest", { requestId, errorReason: "Failed" });
    await this.#attempt("Fetch.fulfillRequest", {
      requestId,
      responseCode: responseStatusCode,
      responseHeaders: [
        ...responseHeaders.filter(({ name }) => !ofTransfer.test(name)),
        { name: "Content-Security-Policy", value: `${sandbox}; ${this.#connectPolicy}; ${framePolicy}` },
      ],
      body,
    });
  }

  /** Returns the body of a paused response in base64; null when the browser does not return it. */
  async #bodyOf(requestId: string): Promise<string | null> {
    try {
      const { body, base64Encoded } = responseBody.parse(
        await this.#session.send("Fetch.getResponseBody", { requestId }),
      );
      return base64Encoded ? body : Buffer.from(body).toString("base64");
    } catch {
      return null;
    }
  }

  /** Records a request that the policy of this view, not the app's own, has refused. */
  #refusedByPolicy(text: string): void {
    const [, address = ""] = /'(\w+:\/\/[^']*)'/.exec(text) ?? [];
    this.#addFailed(`${address} ${ofAnotherOrigin}`);
  }

  #addFailed(line: string): void {
    const isNew = !this.failedRequests.includes(line);
    if (isNew && this.failedRequests.length < maxFailedRequests) this.failedRequests.push(line.slice(0, maxMessage));
  }

  /** Sends a command whose target may no longer exist: a request that was cancelled, a dialog that was closed. */
  async #attempt(method: string, params: Record<string, unknown>): Promise<void> {
    await this.#session.send(method, params).catch(() => undefined);
  }
}
