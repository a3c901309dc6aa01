import { type ClientRequest, type IncomingMessage, request as requestByHttp } from "node:http";
import { request as requestByHttps } from "node:https";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { AwsV4Signer } from "aws4fetch";

export type Header = [name: string, value: string];

/** The location of a bucket, and its credentials. */
export type Address = { endpoint: string; bucket: string; accessKeyId: string; secretAccessKey: string };

type Body = { open(): Readable; bytes: number; sha256: string };
type Options = { headers?: Header[]; body?: Body };

const ATTEMPTS = 4;
const FIRST_BACKOFF_MS = 250;
const IDLE_MS = 60_000;
const TRANSIENT = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "EAI_AGAIN"]);

/**
 * Sends a signed request to a bucket, and retries after a transient failure. Does not use `fetch`, which would decode an
 * object that is stored with a Content-Encoding.
 * @param path below the bucket, encoded
 * @returns a response whose body is not read yet
 * @throws Error of the network after the last attempt
 */
export async function send(
  address: Address,
  method: string,
  path: string,
  { headers = [], body }: Options,
): Promise<IncomingMessage> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await sendOnce(address, method, path, { headers, ...(body && { body }) });
      const status = response.statusCode ?? 0;
      if ((status < 500 && status !== 429) || attempt === ATTEMPTS) return response;
      await bodyOf(response);
    } catch (error) {
      if (attempt === ATTEMPTS || !isTransient(error)) throw error;
    }
    await pause(FIRST_BACKOFF_MS * 2 ** attempt);
  }
}

const isTransient = (error: unknown): boolean =>
  error instanceof Error && "code" in error && TRANSIENT.has(String(error.code));

async function sendOnce(address: Address, method: string, path: string, { headers = [], body }: Options) {
  const { endpoint, bucket, accessKeyId, secretAccessKey } = address;
  const url = `${endpoint.replace(/\/$/, "")}/${bucket}${path}`;
  // The signature covers the hash, and so the bytes; requests without a body have the hash of nothing.
  const signed = new Headers([...headers, ["x-amz-content-sha256", body?.sha256 ?? EMPTY_SHA256]]);
  const signer = new AwsV4Signer({
    method,
    url,
    headers: signed,
    accessKeyId,
    secretAccessKey,
    service: "s3",
    region: "auto",
  });
  const outgoing = Object.fromEntries((await signer.sign()).headers);
  for (const [name, value] of headers) {
    delete outgoing[name.toLowerCase()];
    outgoing[name] = value;
  }
  if (body) outgoing["content-length"] = String(body.bytes);
  const open = url.startsWith("https:") ? requestByHttps : requestByHttp;
  return responseOf(open(url, { method, headers: outgoing, timeout: IDLE_MS }), body);
}

const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

async function responseOf(request: ClientRequest, body: Body | undefined): Promise<IncomingMessage> {
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.on("response", resolve).on("error", reject);
    request.on("timeout", () => {
      request.destroy(Object.assign(new Error("The bucket does not respond."), { code: "ETIMEDOUT" }));
    });
  });
  if (body === undefined) request.end();
  // A server that refuses a body closes the connection before it has received all of it; its response says why.
  else
    void pipeline(body.open(), request).catch((error: unknown) =>
      request.destroy(error instanceof Error ? error : undefined),
    );
  return response;
}

/** Reads a response's body. */
export async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks);
}
