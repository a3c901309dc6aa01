// Which page answers at an address without a file of that name, on the origins of previews and published apps.
import { describe, expect, it, vi } from "vitest";
import { type Files, preview } from "./preview.ts";

// The first build of a runtime starts the bundler, which takes a minute on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const navigation = { headers: { Accept: "text/html", "Sec-Fetch-Mode": "navigate" }, redirect: "manual" as const };
const pages: Files = {
  "index.html": "<p>Home</p>",
  "public/docs/index.html": "<p>Docs</p>",
  "public/about.html": "<p>About</p>",
  "public/both.html": "<p>Both</p>",
  "public/both/index.html": "<p>Folder</p>",
};

describe("pages of a static app", () => {
  it("An address without its slash leads to the page of that folder, and one with a slash too many to the page", async () => {
    const app = await preview(pages);
    await app.publish(1);
    const answers: unknown[] = [];
    for (const path of ["/docs", "/docs?a=1", "/about/", "/about", "/both", "/both/", "/docs/", "/other"]) {
      const { status, headers } = await app.asPublic(path, navigation);
      answers.push([path, status, headers.get("location")]);
    }
    expect(answers).toEqual([
      ["/docs", 307, "/docs/"],
      ["/docs?a=1", 307, "/docs/?a=1"],
      ["/about/", 307, "/about"],
      ["/about", 200, null],
      ["/both", 200, null],
      ["/both/", 200, null],
      ["/docs/", 200, null],
      ["/other", 200, null],
    ]);
    expect(await app.publicText("/docs/")).toContain("Docs");
  });

  it("A page that is linked without its slash or its ending is built", async () => {
    const app = await preview({
      "index.html":
        '<a href="/docs">Docs</a> <a href="about?from=home">About</a> <a href="./guide/first#top">First</a>',
      "docs/index.html": "<p>Docs</p>",
      "about.html": "<p>About</p>",
      "guide/first/index.html": "<p>First</p>",
    });
    await app.publish(1);
    expect(await app.publicText("/docs/")).toContain("Docs");
    expect(await app.publicText("/about")).toContain("About");
    expect(await app.publicText("/guide/first/")).toContain("First");
  });

  it("The redirect to a folder's page keeps the app's base", async () => {
    const app = await preview({ ...pages, "vite.config.js": 'export default { base: "/app/" };' });
    await app.publish(1);
    const { status, headers } = await app.asPublic("/app/docs", navigation);
    expect([status, headers.get("location")]).toEqual([307, "/app/docs/"]);
  });
});

describe("addresses that a server does not know", () => {
  const serverThatSays = (answer: string): Files => ({
    "index.html": "<p>Home</p>",
    "src/server.ts": `export default { fetch: () => ${answer} };`,
  });

  it("A server's own page for what is not there is shown to a person who opens the address", async () => {
    const app = await preview(
      serverThatSays('new Response("<p>Nothing here</p>", { status: 404, headers: { "Content-Type": "text/html" } })'),
    );
    await app.publish(1);
    const answer = await app.asPublic("/nowhere", navigation);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("Nothing here");
  });

  it("A server that has no page for what is not there leaves the address to the app's page", async () => {
    const app = await preview(serverThatSays('new Response("Not Found", { status: 404 })'));
    await app.publish(1);
    const answer = await app.asPublic("/a/route/of/the/client", navigation);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("Home");
  });
});
