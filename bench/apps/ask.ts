import { request } from "node:http";

type Sent = { method?: string; headers?: Record<string, string>; body?: string };
type Answer = { status: number; cookies: string[] };

/** Sends a request to an origin of this machine, whose name Node may not resolve, and reads the whole response. */
export const send = (address: string, { method = "GET", headers = {}, body = "" }: Sent = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { host, port, pathname, search } = new URL(address);
    const to = { host: "127.0.0.1", port, path: pathname + search, method, headers: { ...headers, host } };
    const sent = request(to, (answer) => {
      const { statusCode = 0, headers: received } = answer;
      answer.resume().on("end", () => resolve({ status: statusCode, cookies: received["set-cookie"] ?? [] }));
    });
    sent.on("error", reject).end(body);
  });

/**
 * Sends a GET request.
 * @throws Error for a status other than 200
 */
export async function ask(address: string, headers: Record<string, string> = {}): Promise<void> {
  const { status } = await send(address, { headers });
  if (status !== 200) throw new Error(`${address} answered ${status}`);
}
