// The same rules and addresses, read by Cloudflare's own server of static assets and by ours.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, it } from "vitest";
import { applyHeaderRules, redirectOf } from "../../preview/app/pages-rules.ts";

/** Rules, and addresses to ask for; "@" is a name of the case's own, so that all of them fit into one file. */
const redirects: [rules: string, addresses: string[]][] = [
  ["/@ /b", ["/@", "/@/", "/@?x=1&y=2"]],
  ["/@ /b 301\n/@ /c 302", ["/@"]],
  ["/@/* /b/:splat", ["/@/", "/@", "/@/x/y", "/@/x?q=1", "/@/é", "/@/%20x"]],
  ["/@/:x/c /d/:x", ["/@/1/c", "/@/1/2/c", "/@//c"]],
  ["/@ /b?z=1", ["/@", "/@?x=1"]],
  ["/@ /b#h", ["/@", "/@?x=1"]],
  ["/@/* https://other.example/:splat 301", ["/@/x/y?q=1"]],
  ["https://localhost/@ /b", ["/@"]],
  ["/@ b", ["/@"]],
  ["@ /b", ["/@"]],
  ["/@ mailto:ada@example.com", ["/@"]],
  ["/@ /b 303\n/@/d /d 307\n/@/f /f 308\n/@/h /h 404\n/@/j /j 410", ["/@", "/@/d", "/@/f", "/@/h", "/@/j"]],
  ["/@ /b  # a comment of five words", ["/@"]],
  ["/@ /b 301 Country=de", ["/@"]],
  ["# comment\n\n  /@ /b  ", ["/@"]],
  ["/@\t/b\t301", ["/@"]],
  ["/@/*/c /b/:splat", ["/@/1/c", "/@/1/2/c"]],
  ["/@/:x.html /b/:x", ["/@/1.html", "/@/1"]],
  ["/@/:1 /b", ["/@/1", "/@/:1"]],
  ["/@/:x /b/:y/:x", ["/@/1"]],
  ["/@/* /b/:splat\n/@/x /c", ["/@/x"]],
  ["/@é /b", ["/@é", "/@%C3%A9"]],
  ["/@%C3%A9 /b", ["/@é"]],
  ["/x/../@ /b", ["/@"]],
  ["/@/[a] /b", ["/@/[a]", "/@/a"]],
  ["/@?x=1 /b", ["/@", "/@?x=1"]],
  ["/@/* /b?x=:splat", ["/@/1", "/@/1?z=2"]],
  ["/@/b* /c/:splat", ["/@/bxx", "/@/b"]],
];

/** Rules, and the paths of files. */
const headers: [rules: string, addresses: string[]][] = [
  ["/@\n  X-A: 1", ["/@"]],
  ["/@*\n  X-A: 1\n/@\n  X-A: 2", ["/@"]],
  ["/@*\n  X-A: 1\n/@\n  ! X-A", ["/@"]],
  ["/@\n  ! X-A\n/@*\n  X-A: 1", ["/@"]],
  ["/@\n  X-A: 1\n  ! X-A", ["/@"]],
  ["/@\n  X-A: 1\n/@*\n  X-A: 3\n/@\n  X-A: 2", ["/@"]],
  ["/@\n  X-A: 1\n/@\n  X-B: 2", ["/@"]],
  ["/@\nX-A: 1", ["/@"]],
  [" /@\n   X-A: 1", ["/@"]],
  ["/@?x=1\n  X-A: 1", ["/@", "/@?x=1"]],
  ["/@\n  X-A:1:2\n  X-B :  1  ", ["/@"]],
  ["/@\n  X A: 1\n  X-A\n  X-B:", ["/@"]],
  ["/@\n\n  # comment\n  X-A: 1 # kept", ["/@"]],
  ["/@\n  X.A: 1\n  X_A: 2", ["/@"]],
  ['/@\n  X-A: "q", b\n\tX-B: 1', ["/@"]],
  ["https://other.example/@\n  X-A: 1", ["/@"]],
];
const names = ["x-a", "x-b", "x.a", "x_a"];

type Kind = "redirect" | "header";
const named = (text: string, kind: Kind, index: number): string => text.replaceAll("@", `${kind}${index}`);
const textOf = (cases: typeof redirects, kind: Kind): string =>
  cases.map(([rules], index) => named(rules, kind, index)).join("\n");

let folder: string;
let runtime: Miniflare;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgesmith-rules-"));
  await mkdir(join(folder, "files"));
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write("_redirects", textOf(redirects, "redirect"));
  await write("_headers", textOf(headers, "header"));
  await Promise.all(headers.map((_, index) => write(named("@", "header", index), "file")));
  runtime = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: "export default { fetch: () => new Response(null, { status: 404 }) };",
      compatibilityDate: "2026-11-01",
      assets: { directory: folder, binding: "ASSETS", routerConfig: { has_user_worker: true } },
    }),
  );
  await runtime.ready;
}, 60_000);

afterAll(async () => {
  await runtime.dispose();
  await rm(folder, { recursive: true });
});

const ask = async (address: string) => {
  const answer = await runtime.dispatchFetch(`http://localhost${address}`, { redirect: "manual" });
  await answer.arrayBuffer();
  return answer;
};

const asked = (cases: typeof redirects, kind: Kind) =>
  cases.flatMap(([rules, addresses], index) =>
    addresses.map((address) => [rules.replaceAll("\n", "; "), address, named(address, kind, index)] as const),
  );

it.each(asked(redirects, "redirect"))("The redirect %s does with %s what Cloudflare does", async (_, __, address) => {
  const { status, headers: answered } = await ask(address);
  const theirs = answered.has("location") ? { status, location: answered.get("location") } : null;
  expect(redirectOf(textOf(redirects, "redirect"), new URL(address, "http://localhost"))).toEqual(theirs);
});

it.each(asked(headers, "header"))(
  "The rule %s gives %s the headers that Cloudflare gives it",
  async (_, __, address) => {
    const answer = await ask(address);
    expect(answer.status).toBe(200);
    const own = new Headers();
    applyHeaderRules(textOf(headers, "header"), new URL(address, "http://localhost").pathname, own);
    const valuesOf = (given: { get(name: string): string | null }) => names.map((name) => given.get(name));
    expect(valuesOf(own)).toEqual(valuesOf(answer.headers));
  },
);
