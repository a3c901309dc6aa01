// A registry of generated packages: hostile ones, large ones, and responses that fail a number of times.
import { createHash, randomBytes } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

type Entry = { path: string; content: Buffer; type?: string };
type Made = { archive: Buffer; integrity: string };

const MEBIBYTE = 2 ** 20;
const text = (path: string, content: string, type?: string): Entry => ({
  path,
  content: Buffer.from(content),
  ...(type !== undefined && { type }),
});
const manifest = (name: string, fields = {}): Entry =>
  text("package/package.json", JSON.stringify({ name, version: "1.0.0", ...fields }));

/** Each package's entries, generated at the first request. */
const packages: Record<string, () => Entry[]> = {
  dots: () => [manifest("dots"), text("package/../../escape.js", "1"), text("package/a/../../../b.js", "1")],
  absolute: () => [manifest("absolute"), text("/etc/passwd", "root"), text("package\\..\\c.js", "1")],
  links: () => [manifest("links"), text("package/link.js", "", "2"), text("package/hard.js", "", "1")],
  postinstall: () => [
    manifest("postinstall", { scripts: { postinstall: "node steal.js" } }),
    text("package/steal.js", "1"),
  ],
  "many-files": () => [
    manifest("many-files"),
    ...Array.from({ length: 10_000 }, (_, index) => text(`package/icons/icon-${index}.js`, `export default ${index}`)),
  ],
  "too-many-files": () => Array.from({ length: 100_001 }, (_, index) => text(`package/${index}.js`, "")),
  bomb: () =>
    Array.from({ length: 26 }, (_, index) => ({ path: `package/${index}.js`, content: Buffer.alloc(16 * MEBIBYTE) })),
  members: () => [manifest("members"), text("package/index.js", "export default 'members'")],
  "cut-short": () => [manifest("cut-short"), text("package/index.js", "1")],
  "not-gzip": () => [],
  large: () => [
    manifest("large"),
    ...Array.from({ length: 30 }, (_, index) => ({ path: `package/part-${index}.js`, content: randomBytes(MEBIBYTE) })),
    text("package/last.js", "export default 'last'"),
    text("package/large.js.map", "{}"),
  ],
  ...Object.fromEntries(
    Array.from({ length: 6 }, (_, index) => [
      `medium-${index}`,
      () => [manifest(`medium-${index}`), { path: "package/index.js", content: randomBytes(9 * MEBIBYTE) }],
    ]),
  ),
  "flaky-archive": () => [manifest("flaky-archive"), text("package/index.js", "1")],
  "flaky-packument": () => [manifest("flaky-packument"), text("package/index.js", "1")],
  "always-busy": () => [manifest("always-busy")],
};

/** How many times a path returns a failing status before it succeeds. */
const failures: Record<string, { status: number; times: number }> = {
  "/flaky-archive/-/flaky-archive-1.0.0.tgz": { status: 503, times: 2 },
  "/flaky-packument": { status: 429, times: 3 },
  "/always-busy": { status: 429, times: Number.POSITIVE_INFINITY },
};

/**
 * Starts the registry on a free port. `/-/requests` returns the number of requests by path, and the maximum in flight.
 */
export async function startStandIn(): Promise<{ url: string; close(): Promise<void> }> {
  const made = new Map<string, Made>();
  const requests: Record<string, number> = {};
  let open = 0;
  let maxOpen = 0;
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? "/";
    if (path === "/-/requests") return void outgoing.end(JSON.stringify({ requests, maxOpen }));
    open += 1;
    maxOpen = Math.max(maxOpen, open);
    outgoing.on("close", () => {
      open -= 1;
    });
    requests[path] = (requests[path] ?? 0) + 1;
    const failure = failures[path];
    if (failure !== undefined && (requests[path] ?? 0) <= failure.times) {
      return void outgoing.writeHead(failure.status, { "retry-after": "1" }).end("busy");
    }
    answer(path, outgoing, made);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stand-in registry has no port");
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${address.port}`, close };
}

function answer(path: string, outgoing: ServerResponse, made: Map<string, Made>): void {
  const name = path.split("/")[1] ?? "";
  const wide = /^wide-(\d+)$/.exec(name);
  if (wide !== null) return void outgoing.end(widePackument(Number(wide[1])));
  const entries = packages[name];
  if (entries === undefined) return void outgoing.writeHead(404).end("not found");
  const { archive, integrity } = made.get(name) ?? pack(name, entries());
  made.set(name, { archive, integrity });
  if (path.endsWith(".tgz")) return void outgoing.end(archive);
  const dist = { tarball: `https://elsewhere.example/${name}/-/${name}-1.0.0.tgz`, integrity };
  const packument = { "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": { version: "1.0.0", dist } } };
  outgoing.end(JSON.stringify(packument));
}

/** One of a family in which each depends on twenty others. */
function widePackument(index: number): string {
  const dependencies = Object.fromEntries(
    Array.from({ length: 20 }, (_, offset) => [`wide-${(index * 20 + offset + 1) % 3000}`, "1.0.0"]),
  );
  const dist = { tarball: "a.tgz", integrity: "sha512-AA==" };
  return JSON.stringify({ "dist-tags": {}, versions: { "1.0.0": { version: "1.0.0", dependencies, dist } } });
}

function pack(name: string, entries: Entry[]): Made {
  const tar = Buffer.concat([
    ...entries.flatMap(({ path, content, type }) => tarEntry(path, content, type)),
    Buffer.alloc(1024),
  ]);
  const archive = archiveOf(name, tar);
  return { archive, integrity: `sha512-${createHash("sha512").update(archive).digest("base64")}` };
}

function archiveOf(name: string, tar: Buffer): Buffer {
  if (name === "not-gzip") return Buffer.from("not gzip");
  // Two members in a row, which some programs write, and zeros behind them.
  if (name === "members")
    return Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700)), Buffer.alloc(512)]);
  return gzipSync(name === "cut-short" ? tar.subarray(0, 1100) : tar, { level: 1 });
}

function tarEntry(path: string, content: Buffer, type = "0"): Buffer[] {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write("0000644\0", 100);
  header.write(content.length.toString(8).padStart(11, "0"), 124);
  header.write(type, 156);
  header.write(type === "0" ? "" : "/etc/passwd", 157);
  header.write("ustar\0", 257);
  return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
}
