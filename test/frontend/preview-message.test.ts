import { describe, expect, it } from "vitest";
import { readPreviewMessage } from "../../frontend/src/preview/preview-message.ts";

const own = "http://prj-1.localhost:8788";
const from = (origin: string, data: unknown) => readPreviewMessage(new MessageEvent("message", { origin, data }), own);
const error = { source: "edgesmith-preview", type: "error", message: "boom", stack: "at App" };

describe("what an app's page says", () => {
  it("readPreviewMessage accepts messages from the preview's own origin", () => {
    expect(from(own, error)).toEqual({ type: "error", message: "boom", stack: "at App" });
    expect(from(own, { source: "edgesmith-preview", type: "navigated", path: "/a" })).toEqual({
      type: "navigated",
      path: "/a",
    });
  });

  it("readPreviewMessage bounds the texts and numbers of a request", () => {
    const request = { type: "request", kind: "font", method: "GET", url: "/api", status: 200, ms: 12 };
    const sent = { source: "edgesmith-preview", ...request };
    expect(from(own, sent)).toEqual(request);
    expect(from(own, { ...sent, status: null })).toEqual({ ...request, status: null });
    const long = { kind: "x", method: "A".repeat(100), url: "/".repeat(900), status: "x", ms: -1 };
    expect(from(own, { ...sent, ...long })).toEqual({
      type: "request",
      kind: "other",
      method: "A".repeat(20),
      url: "/".repeat(500),
      status: 0,
      ms: Number.POSITIVE_INFINITY,
    });
  });

  it("readPreviewMessage accepts the origin of a browser without cookies, whose label ends with a secret", () => {
    const secret = "abcdefghijklmnopqrstuvwxyz";
    const refused = { source: "edgesmith-preview", type: "refused" };
    expect(from(`http://prj-1-${secret}.localhost:8788`, refused)).toEqual({ type: "refused" });
    for (const other of [
      `http://prj-2-${secret}.localhost:8788`,
      `https://prj-1-${secret}.localhost:8788`,
      `http://prj-1-${secret}.localhost:8789`,
      `http://prj-1-${secret}.evil.example`,
      `http://prj-1-${secret}x.localhost:8788`,
      `http://prj-1-x.${secret}.localhost:8788`,
      "http://prj-1-.localhost:8788",
      "http://prj-1-localhost:8788",
    ])
      expect(from(other, refused), other).toBeNull();
  });

  it("readPreviewMessage returns null for another origin or another format", () => {
    expect(from("http://prj-2.localhost:8788", error)).toBeNull();
    expect(from("null", error)).toBeNull();
    for (const data of [null, "x", 1, [], {}, { ...error, source: "x" }, { ...error, type: "run" }])
      expect(from(own, data)).toBeNull();
  });

  it("readPreviewMessage truncates a message for display, and converts its parts to text", () => {
    expect(from(own, { ...error, message: "x".repeat(9_000), stack: {} })).toEqual({
      type: "error",
      message: "x".repeat(2_000),
      stack: null,
    });
  });
});

describe("what an app's page says of elements that a person has pointed at", () => {
  const pointed = (elements: unknown) =>
    from(own, { source: "edgesmith-preview", type: "pointed", nonce: "n", elements });

  it("readPreviewMessage reads places, tags, texts and colours", () => {
    const colors = { color: "#12ab34", background: "url(x)" };
    const lengths = { margin: "8px 0px -20.004px", padding: "url(x)", fontSize: "15.5px" };
    const element = { place: "src/a:b.tsx:12:5", tag: "my-tag", text: "Hi", ...colors, ...lengths };
    const unknown = { color: null, background: null, margin: null, padding: null, fontSize: null };
    expect(pointed([element, { place: "index.html:1:1", tag: "p", text: null }])).toEqual({
      type: "pointed",
      nonce: "n",
      elements: [
        {
          place: { path: "src/a:b.tsx", line: 12, column: 5 },
          tag: "my-tag",
          text: "Hi",
          ...unknown,
          color: "#12ab34",
          margin: "8px 0 -20px",
          fontSize: "15.5px",
        },
        { place: { path: "index.html", line: 1, column: 1 }, tag: "p", text: null, ...unknown },
      ],
    });
  });

  it("readPreviewMessage drops entries without a source position, and limits the others", () => {
    const wrong = [
      null,
      "x",
      {},
      { place: "a.tsx", tag: "p" },
      { place: "a.tsx:1:1", tag: "<p>" },
      { place: 7, tag: "p" },
    ];
    const long = { place: "a.tsx:1:1", tag: "p", text: "x".repeat(9_000) };
    const message = pointed([...wrong, long, ...Array.from({ length: 50 }, () => long)]);
    expect(message).toMatchObject({ type: "pointed" });
    const elements = message?.type === "pointed" ? message.elements : [];
    expect(elements).toHaveLength(14);
    expect(elements[0]?.text).toHaveLength(2_000);
    expect(pointed("none")).toEqual({ type: "pointed", nonce: "n", elements: [] });
  });
});

it("readPreviewMessage reads a page's build, and whether it has taken another", () => {
  const said = { source: "edgesmith-preview", type: "build", styles: ["/a.css", 7], scripts: "none", page: "1:2" };
  expect(from(own, said)).toEqual({ type: "build", styles: ["/a.css", ""], scripts: [], page: "1:2" });
  expect(from(own, { source: "edgesmith-preview", type: "build-taken", ok: "yes" })).toEqual({
    type: "build-taken",
    ok: false,
  });
});
