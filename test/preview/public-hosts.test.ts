import { describe, expect, it } from "vitest";
import { appAt } from "../../preview/gateway/app-host.ts";
import { serveVisitor } from "../../preview/gateway/serve-visitor.ts";
import { environment, preview } from "./preview.ts";

const page = (heading: string) => ({ "index.html": `<!doctype html><head></head><h1>${heading}</h1>` });
const background = { waitUntil: (work: Promise<unknown>) => void work };
const unique = () => `shop-${crypto.randomUUID().slice(0, 8)}`;
const textAt = async (host: string): Promise<string> =>
  (await serveVisitor(new Request(`http://${host}/`), environment, background)).text();

/** A gate that answers once, and is down afterwards. */
function failingGate(projectId: string | null) {
  let calls = 0;
  const publishedAt = async (): Promise<string | null> => {
    calls += 1;
    if (calls > 1) throw new Error("The API Worker is down.");
    return projectId;
  };
  return {
    env: Object.create(environment, { API: { value: { publishedAt } } }) as typeof environment,
    calls: () => calls,
  };
}

describe("the host of a published app", () => {
  it("the host of a published app is the chosen name, the domain, and the label that names the project", async () => {
    const app = await preview(page("Hello"));
    await app.publish(1);
    const name = unique();
    await app.serveAt(`${name}.localhost:8788`);
    await app.serveAt(`${name}.example.com`);
    expect(await textAt(`${name}.localhost:8788`)).toContain("<h1>Hello</h1>");
    expect(await textAt(`${name}.example.com`)).toContain("<h1>Hello</h1>");
    expect(await app.publicText("/")).toContain("<h1>Hello</h1>");
  });

  it("the host of a published app shows nothing while the app is not public", async () => {
    const app = await preview(page("Secret"));
    const host = `${unique()}.localhost:8788`;
    await app.serveAt(host);
    const answer = await app.at(`http://${host}/`);
    expect([answer.status, (await answer.text()).includes("Secret")]).toEqual([404, false]);
  });

  it("the host of no app is 404, a preview's label with anything after it included", async () => {
    for (const host of [`${unique()}.localhost:8788`, "prj-_.localhost:8788", "evil.example.com"]) {
      const answer = await serveVisitor(new Request(`http://${host}/`), environment, background);
      expect([host, answer.status]).toEqual([host, 404]);
      await answer.body?.cancel();
    }
  });

  it("the gateway looks up the host of a published app once in five seconds", async () => {
    const host = `${unique()}.example.com`;
    const { env, calls } = failingGate("prj_1");
    expect(await appAt(host, env, 0)).toEqual({ kind: "public", projectId: "prj_1" });
    expect(await appAt(host, env, 4_999)).toEqual({ kind: "public", projectId: "prj_1" });
    expect(calls()).toBe(1);
  });

  it("the host of a published app serves for an hour while the API Worker is down, and unknown hosts fail", async () => {
    const [host, unknown] = [`${unique()}.example.com`, `${unique()}.example.com`];
    const { env } = failingGate("prj_1");
    await appAt(host, env, 0);
    expect(await appAt(host, env, 3_600_000)).toEqual({ kind: "public", projectId: "prj_1" });
    await expect(appAt(host, env, 3_600_001)).rejects.toThrow("down");
    await expect(appAt(unknown, env, 0)).rejects.toThrow("down");
  });

  it("the host of a published app redirects plain HTTP to HTTPS, except on loopback", async () => {
    const deployed = { ...environment, APP_URL: "https://edgesmith.example", PREVIEW_DOMAIN: "edgesmith-apps.example" };
    const answer = await serveVisitor(new Request("http://shop.example.com/cart?a=1"), deployed, background);
    expect([answer.status, answer.headers.get("Location")]).toEqual([308, "https://shop.example.com/cart?a=1"]);
  });
});
