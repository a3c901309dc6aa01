import { request as connect, createServer, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A stable address for the platform's model that forwards each request unchanged to the gateway under test. */
export type Switchboard = {
  url: string;
  /** The gateway's URL, path included, and the headers of ANTHROPIC_HEADERS. */
  target: { url: string; headers: Record<string, string> };
  close(): Promise<void>;
};

/** Starts the switchboard on a free port; tests set its `target`. */
export async function startSwitchboard(): Promise<Switchboard> {
  const board: Switchboard = { url: "", target: { url: "", headers: {} }, close: async () => undefined };
  const server = createServer((request, response) => {
    const onward = passOn(request, board.target, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.once("error", () => response.destroy());
    response.once("close", () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  board.url = `http://127.0.0.1:${port}`;
  board.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return board;
}

function passOn(
  { method, url, headers }: IncomingMessage,
  target: Switchboard["target"],
  onResponse: (answer: IncomingMessage) => void,
) {
  const { hostname, port, pathname } = new URL(target.url);
  // Joins the paths as the platform itself does.
  const path = pathname.replace(/\/$/, "").replace(/\/v1$/, "") + (url ?? "");
  const sent: OutgoingHttpHeaders = { ...headers, host: `${hostname}:${port}`, ...target.headers };
  return connect({ hostname, port, path, headers: sent, ...(method === undefined ? {} : { method }) }, onResponse);
}
