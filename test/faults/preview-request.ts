import { request } from "node:http";

export type Visited = { status: number; headers: Record<string, string | string[] | undefined>; text: string };

type Sent = { body?: unknown; upload?: string; cookie?: string };

/**
 * Sends a request to a preview's own origin. Connects to 127.0.0.1, since Node may not resolve `*.localhost`.
 * @param sent.body sent as JSON with POST
 * @param sent.upload sent unchanged with PUT
 */
export function visit(address: string, { body, upload, cookie }: Sent = {}): Promise<Visited> {
  const url = new URL(address);
  const content = upload ?? (body === undefined ? undefined : JSON.stringify(body));
  const type = upload === undefined ? "application/json" : "text/plain";
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: url.port,
        path: url.pathname + url.search,
        method: upload !== undefined ? "PUT" : body !== undefined ? "POST" : "GET",
        headers: {
          Host: url.host,
          ...(cookie === undefined ? {} : { Cookie: cookie }),
          ...(content === undefined ? {} : { "Content-Type": type, Origin: url.origin }),
        },
      },
      (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => (text += chunk));
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }));
      },
    );
    outgoing.on("error", reject);
    outgoing.end(content);
  });
}

/**
 * Opens a preview by its signed link, as a browser would.
 * @returns the cookies of the preview's origin
 */
export async function enter(link: string): Promise<string> {
  const { status, headers, text } = await visit(link);
  const cookies = headers["set-cookie"];
  if (status >= 400 || !Array.isArray(cookies))
    throw new Error(`the preview's gateway: ${status} ${text.slice(0, 500)}`);
  return cookies.map((cookie) => cookie.split(";")[0]).join("; ");
}
