import { WorkerEntrypoint } from "cloudflare:workers";
import type { PreviewLog } from "../../../worker/contract/preview-rpc.ts";
import type { Environment } from "../../environment.ts";
import { type HostedApp, objectOf } from "../hosted-app.ts";
import type { Passage } from "./app-settings.ts";
import { headTimeoutMs, maxRequestBytes, maxResponseBytes, maxSockets, wholeTimeoutMs } from "./limits.ts";
import { collectLine } from "./line-buffer.ts";
import { type ByteRedaction, Redaction } from "./redact.ts";
import { relaySocket, takeSocket } from "./relay-socket.ts";

/** The maximum bytes of a response that is rewritten in one piece, which is faster than streaming. */
const maxWholeBytes = 64 * 1024;

type Admitted = Exclude<Passage, { refusal: string }>;

/**
 * The network of generated apps, set as `globalOutbound` of their isolates. Sends the requests that a grant allows,
 * with the secrets that the grant names, and logs each request. It has no `connect`, so an app cannot open a TCP
 * socket.
 */
export class EgressGate extends WorkerEntrypoint<Environment, HostedApp> {
  /**
   * Sends an app's outbound request.
   * @throws TypeError for a request that is not granted or that fails, as `fetch` does for a network failure
   */
  override async fetch(request: Request): Promise<Response> {
    const startedAt = Date.now();
    const { url, method } = request;
    const { host } = new URL(url);
    const passage = await this.#app().admitOutbound(url, method, false);
    if ("refusal" in passage) {
      this.#log({ level: "warn", host, method, outcome: passage.logged, startedAt });
      throw new TypeError(passage.refusal);
    }
    try {
      if (isUpgrade(request)) return await this.#connected(request, passage, { host, method, startedAt });
      const response = await send(request, passage);
      this.#log({ level: "info", host, method, outcome: String(response.status), startedAt });
      return await received(response, passage, host, method);
    } catch (failure) {
      const reason = reasonOf(failure);
      this.#log({ level: "error", host, method, outcome: `failed (${reason})`, startedAt });
      // The runtime's own message may contain the address, and with it a secret.
      throw new TypeError(`The request to ${host} failed: ${reason}.`);
    }
  }

  /** Connects a WebSocket and relays its messages while the grant stands. */
  async #connected(request: Request, passage: Admitted, about: Pick<Logged, "host" | "method" | "startedAt">) {
    const { projectId, kind } = this.ctx.props;
    const release = takeSocket(`${projectId} ${kind}`);
    if (release === null) throw new EgressFailure(`an app has at most ${maxSockets} WebSockets to other hosts`);
    let outer: WebSocket | null = null;
    try {
      const response = await send(request, passage);
      this.#log({ ...about, level: "info", outcome: String(response.status) });
      outer = response.webSocket;
      if (outer === null) return await received(response, passage, about.host, about.method);
      const redaction = new Redaction(passage.secrets);
      const isAllowed = async () => isSame(await this.#app().admitOutbound(request.url, about.method, true), passage);
      const webSocket = relaySocket(outer, { redaction, isAllowed, release });
      return new Response(null, { status: 101, webSocket, headers: redaction.headers(response.headers) });
    } finally {
      if (outer === null) release();
    }
  }

  #log({ level, host, method, outcome, startedAt }: Logged): void {
    const now = Date.now();
    const message = `${method} ${host} ${outcome} ${now - startedAt} ms`;
    const line: PreviewLog = { at: new Date(now).toISOString(), source: "egress", level, message };
    const { projectId, kind } = this.ctx.props;
    const stored = collectLine(`${projectId} ${kind}`, line, async (lines) => this.#app().log(lines, ""));
    if (stored !== null) this.ctx.waitUntil(stored);
  }

  #app() {
    return objectOf(this.env, this.ctx.props);
  }
}

type Logged = { level: PreviewLog["level"]; host: string; method: string; outcome: string; startedAt: number };

const isUpgrade = ({ headers }: Request): boolean => headers.get("Upgrade")?.toLowerCase() === "websocket";

/** Returns whether a later decision would send the request unchanged. */
const isSame = (later: Passage, { url, header }: Admitted): boolean =>
  !("refusal" in later) && later.url === url && later.header?.value === header?.value;

/** A failure whose message the platform wrote. */
class EgressFailure extends Error {}

/**
 * Headers that the runtime sets (it must be able to decode the response), and headers that the platform's own Workers
 * exchange.
 */
const NOT_SENT =
  /^(host|accept-encoding|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|sec-websocket-(key|version|extensions)|cf-.*|x-edgesmith-.*|x-forwarded-.*|x-real-ip)$/;

/**
 * Forwards a request with the grant's header in place of the app's own, and without runtime options that the app may
 * have set (`cf`). The app follows redirects itself: the runtime then calls the gate again.
 */
async function send(request: Request, { url, header }: Admitted): Promise<Response> {
  const { method, body } = request;
  const headers = new Headers();
  for (const [name, value] of request.headers) if (!NOT_SENT.test(name)) headers.append(name, value);
  if (header !== null) headers.set(header.name, header.value);
  if (isUpgrade(request)) headers.set("Upgrade", "websocket");
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(new EgressFailure("the host did not answer in time")), headTimeoutMs);
  const ends = isUpgrade(request) ? [] : [AbortSignal.timeout(wholeTimeoutMs)];
  const signal = AbortSignal.any([request.signal, timer.signal, ...ends]);
  try {
    const limited = body === null ? null : limitBody(body, headers.get("Content-Length"));
    return await fetch(url, { method, headers, body: limited, redirect: "manual", signal });
  } catch (failure) {
    throw timer.signal.aborted ? timer.signal.reason : failure;
  } finally {
    clearTimeout(timeout);
  }
}

/** Limits a request's body. Keeps a known length, since many servers require one. */
function limitBody(body: ReadableStream<Uint8Array>, length: string | null): ReadableStream<Uint8Array> {
  const detail = "its body is too large";
  if (length === null || !/^\d+$/.test(length)) return body.pipeThrough(limitBytes(maxRequestBytes, detail));
  if (Number(length) > maxRequestBytes) throw new EgressFailure(detail);
  return body.pipeThrough(new FixedLengthStream(Number(length)));
}

/** Prepares a host's response for the app: redacts the secrets that were sent, and limits size and time. */
async function received(response: Response, { secrets }: Admitted, host: string, method: string): Promise<Response> {
  const redaction = new Redaction(secrets);
  const headers = redaction.headers(response.headers);
  const init = { status: response.status, statusText: redaction.text(response.statusText), headers };
  const isEmpty = response.body === null || method === "HEAD" || [101, 204, 205, 304].includes(response.status);
  if (isEmpty || response.body === null) return new Response(null, init);
  const length = headers.get("Content-Length");
  if (Number(length ?? 0) > maxResponseBytes) throw new EgressFailure("its response is too large");
  // The runtime itself enforces Content-Length, unless it has decoded the body.
  const isLimited = length !== null && !headers.has("Content-Encoding");
  const redacting = redaction.stream();
  if (isLimited && redacting === null) return new Response(response.body, init);
  headers.delete("Content-Length");
  if (isLimited && redacting !== null && Number(length) <= maxWholeBytes) {
    return new Response(redacting.whole(await response.bytes()), init);
  }
  const detail = `The response of ${host} is too large.`;
  return new Response(response.body.pipeThrough(limitBytes(maxResponseBytes, detail, redacting)), init);
}

/**
 * Limits the bytes of a stream.
 * @param redacting rewrites the bytes in the same transform: each transform costs a turn of the event loop per chunk
 * @returns a transform that errors after `most` bytes
 */
function limitBytes(most: number, detail: string, redacting: ByteRedaction | null = null) {
  let bytes = 0;
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > most) return controller.error(new EgressFailure(detail));
      const passed = redacting === null ? chunk : redacting.pass(chunk);
      if (passed.byteLength > 0) controller.enqueue(passed);
    },
    flush(controller) {
      const rest = redacting?.end();
      if (rest !== undefined && rest.byteLength > 0) controller.enqueue(rest);
    },
  });
}

function reasonOf(failure: unknown): string {
  if (failure instanceof EgressFailure) return failure.message;
  const { name } = failure instanceof Error ? failure : { name: "" };
  return name === "AbortError" ? "the app has cancelled it" : "the host cannot be reached";
}
