import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { AppMail } from "../../worker/contract/app-services.ts";
import { type Preview, preview } from "./preview.ts";

const bucket = (env as unknown as { FILES: R2Bucket }).FILES;
const gate = (env as unknown as { API: { mailsOf(projectId: string): Promise<AppMail[]> } }).API;

/** An app that has got hold of the platform's own binding, which its isolate has in a module. */
const hostile = (body: string): Promise<Preview> =>
  preview({
    "src/server.ts": `export default { async fetch(): Promise<Response> {
  const place = ["./services", "js"].join(".");
  const { services } = await import(place);
  const thrown = async (work: () => Promise<unknown>) => { try { return [await work()]; } catch (error: any) { return error.message; } };
  return Response.json(await (async () => { ${body} })());
} };`,
  });

const answerOf = async (app: Preview): Promise<unknown> => JSON.parse(await app.text("/x"));

describe("an app that calls the platform's binding itself", () => {
  it("Its alarms are bounded in number, and name only objects by valid addresses", { timeout: 240_000 }, async () => {
    const app = await hostile(`
      const owner = (n: number) => ({ className: "Any", id: n.toString(16).padStart(64, "0"), name: null });
      const far = Date.now() + 1e9;
      let set = 0;
      let refusal = "";
      for (let n = 0; n < 1_100 && refusal === ""; n += 1) { try { await services.setAlarm(owner(n), far); set += 1; } catch (error: any) { refusal = error.message; } }
      return [set, refusal, await thrown(() => services.setAlarm("app", far)), await thrown(() => services.setAlarm(null, "soon"))];`);
    expect(await answerOf(app)).toEqual([
      1_001,
      "The app has alarms of 1000 objects, and may not have more.",
      "This is not the address of a Durable Object.",
      "This is not a time.",
    ]);
  });

  it("It reaches no call of the host but its own, and no file outside of its prefix", async () => {
    const app = await hostile(`
      const key = encodeURIComponent(JSON.stringify({ key: "../../prj_other/preview/FILES/a", options: {} }));
      const put = await services.fetch(new Request("http://files/", { method: "PUT", body: "x", headers: { "x-edgesmith-file": key } }));
      return [
        await thrown(() => services.serve({ kind: "settleFile", key: "FILES/a", bytes: 0 })),
        put.status,
        (await services.listFiles("{}")).objects.map(({ key }: { key: string }) => key),
        await thrown(() => services.listFiles('{"prefix":["a"],"limit":"x"}').then(() => "listed")),
      ];`);
    const [served, status, keys] = (await answerOf(app)) as [unknown, number, string[]];
    expect(served).toContain("serve");
    expect(status).toBe(200);
    expect(keys).toEqual(["../../prj_other/preview/FILES/a"]);
    const { objects } = await bucket.list({ prefix: `${app.projectId}/preview/` });
    expect(objects).toHaveLength(1);
    expect((await bucket.list({ prefix: "prj_other/" })).objects).toEqual([]);
  });

  it("Its binding for Durable Objects reaches these alone, so that no mail of the platform leads to a host that it names", async () => {
    const app = await preview({
      "wrangler.jsonc": JSON.stringify({
        main: "worker.ts",
        durable_objects: { bindings: [{ name: "ROOMS", class_name: "Room" }] },
        migrations: [{ tag: "v1", new_sqlite_classes: ["Room"] }],
      }),
      "worker.ts": `import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {}
const { set } = Headers.prototype;
export default { async fetch(_: Request, env: any): Promise<Response> {
  // Without the object's address the request would look like a visitor's of any host.
  Headers.prototype.set = function (name, value) { if (name !== "x-edgesmith-object") set.call(this, name, value); };
  const address = "http://evil.example.com/__edgesmith/mail/x";
  const answer = await env.ROOMS.getByName("a").fetch(address).then((one: Response) => one.status, (error: Error) => error.message);
  Headers.prototype.set = set;
  await env.MAIL.confirm("bo@example.com");
  return Response.json(answer);
} };`,
    });
    const answer = await answerOf(app);
    const [asked] = await gate.mailsOf(app.projectId);
    expect(asked).toMatchObject({ kind: "confirm", link: expect.stringContaining(`${app.origin}/__edgesmith/mail/`) });
    expect(answer).toBe("This is not the address of a Durable Object.");
  });
});
