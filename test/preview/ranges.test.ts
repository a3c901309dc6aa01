import { describe, expect, it } from "vitest";
import { rangeOf } from "../../preview/app/byte-range.ts";
import { type Preview, preview } from "./preview.ts";

const SIZE = 20_000;
/** As text, since the stand-in gate stores texts; a player requests it like any sound. */
const SOUND = Array.from({ length: SIZE / 10 }, (_, tenth) => String(tenth).padStart(10, "0")).join("");
const APP = { "index.html": "<!doctype html><h1>Sounds</h1>", "public/s.mp3": SOUND, "public/empty.txt": "" };

/** As bytes: the runtime warns of a sound that is read as text. */
const textOf = async (answer: Response): Promise<string> => new TextDecoder().decode(await answer.arrayBuffer());

type Ask = (headers: Record<string, string>, path?: string, method?: string) => Promise<Response>;

/** The same file as a visitor of the preview and of the published app gets it. */
const places: [string, (app: Preview) => Promise<Ask>][] = [
  [
    "a preview",
    async (app) =>
      (headers, path = "/s.mp3", method = "GET") =>
        app.get(path, { headers, method }),
  ],
  [
    "a published app",
    async (app) => {
      await app.publish(1);
      return (headers, path = "/s.mp3", method = "GET") => app.asPublic(path, { headers, method });
    },
  ],
];

describe.each(places)("%s", (_, asVisitor) => {
  it("a request for one byte range returns 206 with exactly the requested bytes", async () => {
    const ask = await asVisitor(await preview(APP));
    for (const [range, first, last] of [
      ["bytes=0-1", 0, 1],
      ["bytes=19990-", 19_990, 19_999],
      ["bytes=-10", 19_990, 19_999],
      ["bytes=-99999", 0, 19_999],
      ["bytes=5-99999", 5, 19_999],
      ["BYTES = 7-7 ", 7, 7],
    ] as const) {
      const answer = await ask({ Range: range });
      expect(answer.status, range).toBe(206);
      expect(answer.headers.get("Content-Range"), range).toBe(`bytes ${first}-${last}/${SIZE}`);
      expect(answer.headers.get("Accept-Ranges")).toBe("bytes");
      expect(answer.headers.get("ETag")).toMatch(/^".+"$/);
      expect(await textOf(answer), range).toBe(SOUND.slice(first, last + 1));
    }
  });

  it("a request for a range behind the file's end returns 416 with the file's size", async () => {
    const ask = await asVisitor(await preview(APP));
    for (const [range, path, size] of [
      ["bytes=20000-", "/s.mp3", SIZE],
      ["bytes=-0", "/s.mp3", SIZE],
      ["bytes=0-1", "/empty.txt", 0],
    ] as const) {
      const answer = await ask({ Range: range }, path);
      expect([answer.status, answer.headers.get("Content-Range")], range).toEqual([416, `bytes */${size}`]);
    }
  });

  it("a request for several ranges, another unit or with a malformed header returns the whole file", async () => {
    const ask = await asVisitor(await preview(APP));
    for (const range of ["bytes=0-1,5-6", "lines=0-1", "bytes=5-1", "bytes=a-b", "bytes=-", "0-1"]) {
      const answer = await ask({ Range: range });
      expect([answer.status, (await textOf(answer)).length], range).toEqual([200, SIZE]);
    }
  });

  it("a request returns a range only of the file that If-Range names", async () => {
    const ask = await asVisitor(await preview(APP));
    const etag = (await ask({})).headers.get("ETag") ?? "";
    const range = { Range: "bytes=0-1" };
    expect((await ask({ ...range, "If-Range": etag })).status).toBe(206);
    for (const other of ['"other"', `W/${etag}`, "Wed, 21 Oct 2026 07:28:00 GMT"])
      expect((await ask({ ...range, "If-Range": other })).status, other).toBe(200);
  });

  it("a HEAD request returns the whole file's length, and If-None-Match is evaluated before a range", async () => {
    const ask = await asVisitor(await preview(APP));
    const head = await ask({ Range: "bytes=0-1" }, "/s.mp3", "HEAD");
    expect([head.status, head.headers.get("Accept-Ranges"), await textOf(head)]).toEqual([200, "bytes", ""]);
    const etag = (await ask({})).headers.get("ETag") ?? "";
    expect((await ask({ Range: "bytes=0-1", "If-None-Match": etag })).status).toBe(304);
    expect((await ask({ Range: "bytes=0-1", "If-Match": '"other"' })).status).toBe(412);
  });
});

describe("an app's own server", () => {
  it("an app's own server gets the visitor's Range header and may use it freely", async () => {
    const server = `export default { fetch: (request: Request) => new Response("abc".slice(1), { status: 206, headers: { "Content-Range": "bytes 1-2/3", "X-Asked": request.headers.get("Range") ?? "" } }) };`;
    const app = await preview({ "src/server.ts": server });
    const answer = await app.get("/sound", { headers: { Range: "bytes=1-" } });
    expect([
      answer.status,
      answer.headers.get("Content-Range"),
      answer.headers.get("X-Asked"),
      await textOf(answer),
    ]).toEqual([206, "bytes 1-2/3", "bytes=1-", "bc"]);
  });
});

describe("a page", () => {
  it("a page is returned whole for a range request, since it contains the preview's script", async () => {
    const app = await preview(APP);
    const answer = await app.get("/", { headers: { Range: "bytes=0-1", Accept: "text/html" } });
    expect([answer.status, (await textOf(answer)).includes("Sounds")]).toEqual([200, true]);
  });
});

describe("a range", () => {
  it("a range of a file too large for exact numbers is still within the file", () => {
    const headers = new Headers({ Range: `bytes=0-${"9".repeat(400)}` });
    expect(rangeOf(headers, 10, '"x"')).toEqual({ first: 0, last: 9 });
  });
});
