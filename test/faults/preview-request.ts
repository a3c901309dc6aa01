import { request } from "node:http";

export type Visited = { status: number; headers: Record<string, string | string[] | undefined>; text: string };

/** Sends a request to a preview's own origin. Node may not resolve `*.localhost`, so it connects to 127.0.0.1. */
export function visit(address: string, { body, cookie }: { body?: unknown; cookie?: string } = {}): Promise<Visited> {
  const url = new URL(address);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: url.port,
        path: url.pathname + url.search,
        method: body === undefined ? "GET" : "POST",
        headers: {
          Host: url.host,
          ...(cookie === undefined ? {} : { Cookie: cookie }),
          ...(body === undefined ? {} : { "Content-Type": "application/json", Origin: url.origin }),
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
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
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
