import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import guide from "../../docs/apps.md?raw";
import type { AppMail } from "../../worker/contract/app-services.ts";
import { appObject, type Preview, preview } from "./preview.ts";

const gate = (env as unknown as { API: { mailsOf(projectId: string): Promise<AppMail[]> } }).API;

/** The example of a section of docs/apps.md, and the file beside it that its first line names. */
function exampleOf(title: string): Record<string, string> {
  const section = guide.slice(guide.indexOf(`### ${title}`));
  const [, code = ""] = /```ts\n([\s\S]*?)```/.exec(section) ?? [];
  const [, beside] = /^\/\/ src\/server\.ts, with (\{.*\}) in edgesmith\.json$/m.exec(code) ?? [];
  return { "src/server.ts": code, ...(beside !== undefined && { "edgesmith.json": beside }) };
}

/** Builds an example, which must have no type error. */
async function documented(title: string): Promise<Preview> {
  const app = await preview(exampleOf(title));
  const build = await vi.waitUntil(async () => {
    const checked = await app.build();
    return checked.diagnostics.some(({ message }) => message.includes("stopped after")) ? null : checked;
  });
  expect(build).toEqual({ ok: true, diagnostics: [] });
  return app;
}

vi.setConfig({ testTimeout: 180_000 });

describe("the examples of docs/apps.md", () => {
  it("The example of alarms and crons runs both", async () => {
    const app = await documented("Time");
    expect(JSON.parse(await app.text("/"))).toEqual([]);
    await runInDurableObject(appObject(app.projectId), async (instance, { storage }) => {
      storage.sql.exec("UPDATE due SET next_at = 1");
      await instance.alarm();
    });
    const done = JSON.parse(await app.text("/"));
    expect(done.sort()).toEqual(["0 9 * * MON-FRI, attempt 1", "alarm, retry 0"]);
  });

  it("The example of files takes an upload and shows it", async () => {
    const app = await documented("Files");
    const { address } = JSON.parse(await app.text("/upload")) as { address: string };
    const headers = { "Content-Type": "image/png", Origin: app.origin };
    expect((await app.get(address, { method: "PUT", body: "png", headers })).status).toBe(200);
    const [shown = ""] = JSON.parse(await app.text("/")) as string[];
    const image = await app.get(shown);
    expect([image.headers.get("Content-Type"), await image.text()]).toEqual(["image/png", "png"]);
  });

  it("The example of a model answers, whole and as a stream", async () => {
    const app = await documented("A model");
    expect(JSON.parse(await app.text("/?q=Hi"))).toEqual({ answer: "You said: Hi" });
    const stream = await app.get("/?q=Hi", { headers: { Accept: "text/event-stream" } });
    expect(await stream.text()).toContain("event: message_stop");
  });

  it("The example of mail asks first, and writes to who has agreed", async () => {
    const app = await documented("Mail");
    expect(await app.text("/?address=bo@example.com")).toBe("Look into your mail.");
    const [asked] = await gate.mailsOf(app.projectId);
    if (asked?.kind !== "confirm") throw new Error("nobody was asked");
    await app.get(asked.link.slice(app.origin.length), { method: "POST", headers: { Origin: app.origin } });
    expect(await app.text("/?address=bo@example.com")).toBe("Sent.");
  });

  it("The example of WebSockets sends to all, in the preview and in public", async () => {
    const app = await documented("WebSockets");
    await app.publish(1);
    const open = async (response: Promise<Response>) => {
      const { webSocket } = await response;
      if (!webSocket) throw new Error("there is no socket");
      webSocket.accept();
      return webSocket;
    };
    const inPreview = () => app.get("/", { headers: { Upgrade: "websocket", Origin: app.origin } });
    const inPublic = () => app.asPublic("/", { headers: { Upgrade: "websocket", Origin: app.publicOrigin } });
    for (const connect of [inPreview, inPublic]) {
      const [one, other] = [await open(connect()), await open(connect())];
      const heard = new Promise((resolve) => other.addEventListener("message", ({ data }) => resolve(data)));
      one.send("hello");
      expect(await heard).toBe("hello");
      one.close();
      other.close();
    }
  });
});
