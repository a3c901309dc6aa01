// Stands in for Cloudflare's API of custom hostnames, and for the DNS that it looks records up in. A hostname becomes
// active when its ownership record exists, its certificate one check after its validation record does.
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

const TOKEN = "token-of-the-stand-in";
const ZONE = "0123456789abcdef0123456789abcdef";

type Entry = { id: string; hostname: string; status: string; ssl: string; ownership: string; validation: string };

const ownershipName = (hostname: string) => `_cf-custom-hostname.${hostname}`;
const validationName = (hostname: string) => `_acme-challenge.${hostname}`;

const shown = ({ id, hostname, status, ssl, ownership, validation }: Entry) => ({
  id,
  hostname,
  status,
  ownership_verification: { type: "txt", name: ownershipName(hostname), value: ownership },
  ssl: {
    method: "txt",
    type: "dv",
    status: ssl,
    validation_records: [{ status: "pending", txt_name: validationName(hostname), txt_value: validation }],
  },
});

async function jsonOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
}

/**
 * Starts the server. `POST /dns {name, value}` creates a TXT record; `POST /move {hostname}` does what a domain's move
 * to another provider does.
 */
export async function startStandInCloudflare() {
  const entries = new Map<string, Entry>();
  const records = new Set<string>();
  const has = (name: string, value: string) => records.has(`${name} ${value}`);
  const check = (entry: Entry): Entry => {
    if (entry.status === "pending" && has(ownershipName(entry.hostname), entry.ownership)) entry.status = "active";
    if (entry.ssl === "pending_deployment") entry.ssl = "active";
    if (entry.ssl === "pending_validation" && has(validationName(entry.hostname), entry.validation))
      entry.ssl = "pending_deployment";
    return entry;
  };
  const control = async (path: string, request: IncomingMessage): Promise<number> => {
    const { name = "", value = "", hostname = "" } = await jsonOf(request);
    if (path === "/dns") records.add(`${name} ${value}`);
    for (const entry of entries.values()) if (path === "/move" && entry.hostname === hostname) entry.status = "moved";
    return 204;
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://stand-in");
    const send = (status: number, result: unknown = null) => {
      response.statusCode = status;
      response.end(status === 204 ? undefined : JSON.stringify({ success: status < 400, errors: [], result }));
    };
    if (pathname === "/dns" || pathname === "/move") return send(await control(pathname, request));
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return send(403);
    const [, id = ""] = pathname.split(`/zones/${ZONE}/custom_hostnames`, 2);
    const entry = entries.get(id.slice(1));
    if (request.method === "POST") {
      const { hostname = "" } = await jsonOf(request);
      if ([...entries.values()].some((known) => known.hostname === hostname)) return send(409);
      const secret = () => randomBytes(8).toString("hex");
      const created = { id: secret(), hostname, status: "pending", ssl: "pending_validation" };
      const added = { ...created, ownership: secret(), validation: secret() };
      entries.set(added.id, added);
      return send(201, shown(added));
    }
    if (id === "") {
      const hostname = searchParams.get("hostname");
      return send(200, [...entries.values()].filter((known) => known.hostname === hostname).map(shown));
    }
    if (entry === undefined) return send(404);
    if (request.method === "DELETE") entries.delete(entry.id);
    return send(200, shown(check(entry)));
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    token: TOKEN,
    zone: ZONE,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
