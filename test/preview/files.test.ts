import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { type Preview, preview } from "./preview.ts";

const bucket = (env as unknown as { FILES: R2Bucket }).FILES;

/** One body runs against a real R2 bucket and inside an app, against env.FILES. */
const CONFORMANCE = `
  const out: Record<string, unknown> = {};
  const facts = (object: any) => object && {
    key: object.key.slice(object.key.lastIndexOf("~") + 1), size: object.size, etag: object.etag, httpEtag: object.httpEtag,
    isDate: object.uploaded instanceof Date, version: typeof object.version, storageClass: object.storageClass,
    httpMetadata: object.httpMetadata, customMetadata: object.customMetadata, range: object.range,
    checksums: object.checksums.toJSON(), md5: object.checksums.md5 && new Uint8Array(object.checksums.md5).length, hasBody: "body" in object,
  };
  const thrown = async (work: () => Promise<unknown>) => { try { await work(); return "nothing"; } catch (error: any) { return error.name + ": " + error.message.replaceAll(/"[^"]*"/g, "…"); } };
  const k = (name: string) => prefix + name;
  const bytes = new TextEncoder().encode("bytes");
  out.put = facts(await FILES.put(k("a"), "hello world", { httpMetadata: { contentType: "text/plain", cacheControl: "no-cache", cacheExpiry: new Date(1e12) }, customMetadata: { who: "ada", "ä": "☃" } }));
  out.buffer = facts(await FILES.put(k("dir/b"), bytes.buffer));
  out.view = facts(await FILES.put(k("dir/c"), bytes.subarray(1, 3)));
  out.blob = facts(await FILES.put(k("dir/sub/d"), new Blob(["blob"], { type: "text/css" })));
  out.empty = facts(await FILES.put(k("e"), null));
  out.stream = facts(await FILES.put(k("s"), new Response("stream").body as ReadableStream));
  out.headers = facts(await FILES.put(k("h"), "x", { httpMetadata: new Headers({ "Content-Type": "image/png", "Content-Language": "de" }) }));
  out.unknownLength = await thrown(() => FILES.put(k("u"), new Response("y").body!.pipeThrough(new TransformStream()) as ReadableStream));
  out.wrongSum = await thrown(() => FILES.put(k("m"), "x", { md5: "0".repeat(32) }));
  out.rightSum = facts(await FILES.put(k("m"), "x", { sha256: await crypto.subtle.digest("SHA-256", new TextEncoder().encode("x")) }));
  out.onlyNew = [facts(await FILES.put(k("a"), "other", { onlyIf: { etagDoesNotMatch: "*" } })), facts(await FILES.put(k("a"), "other", { onlyIf: { etagMatches: "none" } })), facts(await FILES.put(k("a"), "other", { onlyIf: new Headers({ "If-Match": '"none"' }) }))];
  const got: any = await FILES.get(k("a"));
  out.get = [facts(got), got.bodyUsed, await got.text(), got.bodyUsed];
  const written = new Headers(); got.writeHttpMetadata(written); out.written = [...written];
  out.forms = [new Uint8Array(await (await FILES.get(k("dir/b")) as any).arrayBuffer()).length, (await (await FILES.get(k("dir/b")) as any).bytes()).length, await (await (await FILES.get(k("a")) as any).blob()).text(), await thrown(async () => (await FILES.get(k("a")) as any).json())];
  out.body = await new Response((await FILES.get(k("s")) as any).body).text();
  out.none = [await FILES.get(k("none")), await FILES.head(k("none"))];
  out.ranges = [];
  for (const range of [{ offset: 6 }, { offset: 0, length: 5 }, { suffix: 3 }, new Headers({ Range: "bytes=2-4" })] as any[]) { const part: any = await FILES.get(k("a"), { range }); (out.ranges as unknown[]).push([facts(part), await part.text()]); }
  out.badRange = await thrown(() => FILES.get(k("a"), { range: { offset: 100 } } as any));
  const { etag } = got;
  out.conditions = [facts(await FILES.get(k("a"), { onlyIf: { etagMatches: etag } })), facts(await FILES.get(k("a"), { onlyIf: { etagDoesNotMatch: etag } })), facts(await FILES.get(k("a"), { onlyIf: { uploadedAfter: new Date(Date.now() + 1e6) } })), facts(await FILES.get(k("a"), { onlyIf: new Headers({ "If-None-Match": '"' + etag + '"' }) }))];
  out.head = facts(await FILES.head(k("a")));
  const listing = ({ objects, delimitedPrefixes, truncated, cursor }: any) => ({ keys: objects.map(facts), folders: delimitedPrefixes.map((one: string) => one.slice(one.lastIndexOf("~") + 1)), truncated, hasCursor: typeof cursor });
  out.list = listing(await FILES.list({ prefix }));
  out.folders = listing(await FILES.list({ prefix, delimiter: "/" }));
  out.below = listing(await FILES.list({ prefix: k("dir/"), include: ["customMetadata", "httpMetadata"] } as any));
  const first: any = await FILES.list({ prefix, limit: 3 });
  out.pages = [listing(first), listing(await FILES.list({ prefix, limit: 3, cursor: first.cursor })), listing(await FILES.list({ prefix, startAfter: k("h") }))];
  await FILES.delete(k("e")); await FILES.delete([k("s"), k("m"), k("none")]);
  out.left = listing(await FILES.list({ prefix }));
  out.refusals = [await thrown(() => FILES.put(k("z"), 5 as any)), await thrown(() => FILES.list({ limit: 0, prefix })), await thrown(() => FILES.put("k".repeat(1100), "x"))];
  return out;`;

const run = new Function("FILES", "prefix", `return (async () => {${strip(CONFORMANCE)}})();`) as (
  files: unknown,
  prefix: string,
) => Promise<Record<string, unknown>>;

/** The body without its types, for this Worker, whose tests may not evaluate TypeScript. */
function strip(text: string): string {
  return text
    .replaceAll(/: Record<string, unknown>/g, "")
    .replaceAll(/ as (any\[\]|any|ReadableStream|unknown\[\])/g, "")
    .replaceAll(/: (any|string)(?=[,)]| =)/g, "")
    .replaceAll("work: () => Promise<unknown>", "work")
    .replaceAll("body!", "body");
}

const filesApp = (body: string, more: Record<string, string> = {}): Promise<Preview> =>
  preview({
    "src/server.ts": `export default { async fetch(request: Request, env: any, ctx: any): Promise<Response> {
  const { FILES } = env; const { pathname, searchParams } = new URL(request.url);
  ${body}
} };`,
    ...more,
  });

async function answerOf(app: Preview, path = "/x", init: RequestInit = {}): Promise<unknown> {
  const response = await app.get(path, init);
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return JSON.parse(text);
}

describe("env.FILES", () => {
  it("env.FILES answers as a real R2 bucket does, in every call, field and error", async () => {
    const app = await filesApp(
      `const prefix = "t~"; const out = await (async () => {${CONFORMANCE}})(); return Response.json(out);`,
    );
    const truth = JSON.parse(JSON.stringify(await run(bucket, "truth/t~")));
    expect(await answerOf(app)).toEqual(truth);
  });
});

describe("the bounds of env.FILES", () => {
  it("An app reaches neither another app's files nor those of its own other target, whatever key or prefix it names", async () => {
    const body = `
      if (pathname === "/put") { await FILES.put("secret", "of " + searchParams.get("who")); return new Response("ok"); }
      const keys = JSON.parse(searchParams.get("keys")!);
      const found = await Promise.all(keys.map(async (key: string) => [await FILES.get(key), (await FILES.list({ prefix: key })).objects.length]));
      return Response.json([found, (await FILES.list()).objects.map(({ key }: any) => key)]);`;
    const [one, other] = [await filesApp(body), await filesApp(body)];
    await one.publish(1);
    expect(await one.text("/put?who=preview")).toBe("ok");
    expect(await one.publicText("/put?who=public")).toBe("ok");
    const { projectId } = one;
    const keys = [`${projectId}/preview/secret`, `../../${projectId}/preview/secret`, "/secret", "../public/secret"];
    const query = `/look?keys=${encodeURIComponent(JSON.stringify(keys))}`;
    const none = keys.map(() => [null, 0]);
    expect(await answerOf(other, query)).toEqual([none, []]);
    expect(await answerOf(one, query)).toEqual([none, ["secret"]]);
  });

  it("A cursor of another app lists only the app's own files", async () => {
    const app = await filesApp(`
      if (pathname === "/fill") { for (const key of ["a", "b", "c"]) await FILES.put(key, key); return Response.json((await FILES.list({ limit: 1 })).cursor); }
      try { return Response.json((await FILES.list({ cursor: searchParams.get("cursor") })).objects.map(({ key }: any) => key)); } catch { return Response.json("refused"); }`);
    const cursor = await answerOf(app, "/fill");
    const other = await filesApp(`
      await FILES.put("mine", "x");
      try { return Response.json((await FILES.list({ cursor: searchParams.get("cursor") })).objects.map(({ key }: any) => key)); } catch { return Response.json("refused"); }`);
    const answer = await answerOf(other, `/x?cursor=${encodeURIComponent(String(cursor))}`);
    expect(["refused", [], ["mine"]]).toContainEqual(answer);
  });

  it("A file has 25 MB at most, and the app's files together what the account has room for", async () => {
    const app = await filesApp(`
      const thrown = async (work: () => Promise<unknown>) => { try { await work(); return null; } catch (error: any) { return error.name + ": " + error.message; } };
      const megabytes = (n: number) => new Uint8Array(n * 1024 * 1024);
      return Response.json([
        await thrown(() => FILES.put("large", megabytes(26))),
        await thrown(() => FILES.put("a", megabytes(25))), await thrown(() => FILES.put("b", megabytes(25))),
        await thrown(() => FILES.put("c", megabytes(25))),
        await thrown(() => FILES.delete("a")), await thrown(() => FILES.put("c", megabytes(25))),
        (await FILES.list()).objects.map(({ key, size }: any) => [key, size]),
      ]);`);
    const size = 25 * 1024 * 1024;
    expect(await answerOf(app)).toEqual([
      `RangeError: put: A file may have ${size} bytes, not ${26 * 1024 * 1024}.`,
      null,
      null,
      "Error: The account's apps may have 64 MB of files.",
      null,
      null,
      [
        ["b", size],
        ["c", size],
      ],
    ]);
  });

  it("Uploads at the same time do not exceed the room together", async () => {
    const app = await filesApp(`
      const put = (n: number) => FILES.put("f" + n, new Uint8Array(20 * 1024 * 1024)).then(() => 1, () => 0);
      return Response.json((await Promise.all([0, 1, 2, 3, 4].map(put))).reduce((sum, one) => sum + one, 0));`);
    expect(await answerOf(app)).toBe(3);
  });

  it("Clearing a preview's data deletes its files, and deleting the project those of the published app too", async () => {
    const app = await filesApp(`
      if (pathname === "/put") { await FILES.put("a", "x"); return new Response("ok"); }
      return Response.json((await FILES.list()).objects.length);`);
    await app.publish(1);
    await app.text("/put");
    await app.publicText("/put");
    await app.builder.clearData(app.projectId);
    expect(await answerOf(app, "/n")).toBe(0);
    expect(await app.publicText("/n")).toBe("1");
    await app.delete();
    expect((await bucket.list({ prefix: app.projectId })).objects).toEqual([]);
  });
});

describe("the R2 bindings of a wrangler configuration", () => {
  it("Each R2 binding has files of its own, apart from those of the others and of env.FILES", async () => {
    const app = await preview({
      "wrangler.jsonc": JSON.stringify({
        main: "worker.ts",
        r2_buckets: [
          { binding: "PHOTOS", bucket_name: "photos" },
          { binding: "NOTES", bucket_name: "notes" },
        ],
      }),
      "worker.ts": `export default { async fetch(_: Request, { FILES, PHOTOS, NOTES }: any) {
        await PHOTOS.put("a", "photo"); await NOTES.put("a", "note"); await NOTES.put("b/c", "");
        const keys = async (bucket: any) => (await bucket.list()).objects.map(({ key }: any) => key);
        return Response.json([await (await PHOTOS.get("a")).text(), await keys(PHOTOS), await keys(NOTES), await keys(FILES), (await NOTES.list({ delimiter: "/" })).delimitedPrefixes]);
      } };`,
    });
    expect((await app.prepare()).diagnostics).toEqual([]);
    expect(await answerOf(app)).toEqual(["photo", ["a"], ["a", "b/c"], [], ["b/"]]);
  });
});

describe("signed addresses of env.FILES", () => {
  const signer = () =>
    filesApp(`
      if (pathname === "/sign") return new Response(await FILES.signedUrl(searchParams.get("key"), JSON.parse(searchParams.get("options") ?? "{}")));
      const file = await FILES.get(searchParams.get("key")); return new Response(file && file.body, { headers: { "Content-Type": file?.httpMetadata?.contentType ?? "none" } });`);
  const sign = (app: Preview, key: string, options: Record<string, unknown> = {}) =>
    app.text(`/sign?key=${encodeURIComponent(key)}&options=${encodeURIComponent(JSON.stringify(options))}`);
  const upload = (app: Preview, address: string, body: string, type = "image/png") =>
    app.get(address, { method: "PUT", body, headers: { "Content-Type": type, Origin: app.origin } });

  it("A page uploads to a signed address, and reads the file with its type, tag, ranges and cache time", async () => {
    const app = await signer();
    const address = await sign(app, "photos/ä.png", { method: "PUT", maxBytes: 10, contentType: "image/png" });
    expect(address).toMatch(/^\/__edgesmith\/files\/[\w-]+\.[\w-]+$/);
    const stored = await upload(app, address, "0123456789");
    expect([stored.status, await stored.json()]).toEqual([
      200,
      { key: "photos/ä.png", size: 10, etag: expect.any(String) },
    ]);
    const shown = await sign(app, "photos/ä.png", { expiresIn: 60 });
    const whole = await app.get(shown);
    expect([whole.status, await whole.text()]).toEqual([200, "0123456789"]);
    expect(whole.headers.get("Content-Type")).toBe("image/png");
    expect(whole.headers.get("Cache-Control")).toMatch(/^private, max-age=(60|5\d)$/);
    expect(whole.headers.get("Content-Disposition")).toBeNull();
    const part = await app.get(shown, { headers: { Range: "bytes=2-4" } });
    expect([part.status, part.headers.get("Content-Range"), await part.text()]).toEqual([206, "bytes 2-4/10", "234"]);
    const again = await app.get(shown, { headers: { "If-None-Match": whole.headers.get("ETag") ?? "" } });
    expect(again.status).toBe(304);
  });

  it.each(["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/javascript"])(
    "An uploaded file of the type %s is downloaded instead of shown, and could run no script",
    async (type) => {
      const app = await signer();
      await upload(app, await sign(app, "page", { method: "PUT" }), "<script>1</script>", type);
      const { headers } = await app.get(await sign(app, "page"));
      expect(headers.get("Content-Disposition")).toBe("attachment");
      expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'; sandbox");
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    },
  );

  it("An upload that is too large, of another type, or without its length is refused and stores nothing", async () => {
    const app = await signer();
    const address = await sign(app, "a", { method: "PUT", maxBytes: 3, contentType: "image/png" });
    expect((await upload(app, address, "1234")).status).toBe(413);
    expect((await upload(app, address, "123", "text/html")).status).toBe(415);
    const stream = new Response("123").body?.pipeThrough(new TransformStream());
    const headers = { "Content-Type": "image/png", Origin: app.origin };
    expect((await app.get(address, { method: "PUT", body: stream ?? null, headers })).status).toBe(411);
    expect((await app.get(await sign(app, "a"))).status).toBe(404);
  });

  it("A changed, expired or foreign address, and another method, are refused", async () => {
    const [app, other] = [await signer(), await signer()];
    const address = await sign(app, "a", { method: "PUT" });
    const mark = address.lastIndexOf(".") - 3;
    const changed = address.slice(0, mark) + (address[mark] === "A" ? "B" : "A") + address.slice(mark + 1);
    expect((await upload(app, changed, "x")).status).toBe(403);
    expect((await upload(other, address, "x")).status).toBe(403);
    expect((await app.get(address)).status).toBe(405);
    expect((await upload(app, await sign(app, "a"), "x")).status).toBe(405);
    const brief = await sign(app, "a", { expiresIn: 1 });
    await new Promise((done) => setTimeout(done, 1_100));
    expect((await app.get(brief)).status).toBe(403);
    const elsewhere = await app.get(address, { method: "PUT", body: "x", headers: { Origin: "https://evil.example" } });
    expect(elsewhere.status).toBe(403);
    expect((await app.visit(await sign(app, "a"))).status).not.toBe(200);
  });

  it("signedUrl() refuses options that are not valid, and works in a published app without a cookie", async () => {
    const app = await signer();
    expect(await sign(app, "a", { expiresIn: 4_000 })).toContain("TypeError: signedUrl: expiresIn");
    await app.publish(1);
    const query = `/sign?key=a&options=${encodeURIComponent('{"method":"PUT"}')}`;
    const init = { method: "PUT", body: "hi", headers: { "Content-Type": "text/plain", Origin: app.publicOrigin } };
    expect((await app.asPublic(await app.publicText(query), init)).status).toBe(200);
    expect(await app.publicText(await app.publicText("/sign?key=a"))).toBe("hi");
  });
});
