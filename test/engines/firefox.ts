import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { freePort } from "../../dev/ports.ts";
import { until } from "../stage/until.ts";
import { appFrame, type Engine, type EnginePage, type Place } from "./page.ts";
import { startProgram } from "./processes.ts";

const control = "\uE009";
const enter = "\uE007";

/** Disables Firefox's own background activity. */
const profile = [
  ["app.update.enabled", false],
  ["datareporting.policy.dataSubmissionEnabled", false],
  ["toolkit.telemetry.enabled", false],
  ["browser.shell.checkDefaultBrowser", false],
  ["browser.startup.homepage_override.mstone", "ignore"],
  ["network.captive-portal-service.enabled", false],
  ["network.connectivity-service.enabled", false],
  ["services.settings.server", "http://127.0.0.1:1"],
  ["remote.active-protocols", 1],
] as const;

/**
 * Starts Firefox.
 * @param preferences additional `about:config` preferences by name
 */
export async function startFirefox(preferences: Record<string, boolean | number> = {}): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-firefox-"));
  const lines = [...profile, ...Object.entries(preferences)].map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(folder, "user.js"), lines.join(""));
  const port = await freePort();
  const args = [
    "--headless",
    "--no-remote",
    "--profile",
    folder,
    "--remote-debugging-port",
    String(port),
    "about:blank",
  ];
  const program = startProgram("firefox-esr", args);
  await until("Firefox's WebDriver BiDi", 60_000, async () => program.output().includes("WebDriver BiDi listening"));
  const connection = await connect(`ws://127.0.0.1:${port}/session`);
  const { capabilities } = z
    .object({ capabilities: z.object({ browserVersion: z.string() }) })
    .parse(await connection.send("session.new", { capabilities: {} }));
  const { contexts } = tree.parse(await connection.send("browsingContext.getTree", {}));
  const context = contexts[0]?.context;
  if (context === undefined) throw new Error("Firefox has opened no tab.");
  await connection.send("browsingContext.setViewport", { context, viewport: { width: 1440, height: 900 } });
  return {
    name: "Firefox",
    version: capabilities.browserVersion,
    page: pageOf(connection.send, context),
    close: async () => {
      connection.close();
      await program.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

type Context = { context: string; children?: Context[] | null | undefined };
const contextSchema: z.ZodType<Context> = z.lazy(() =>
  z.object({ context: z.string(), children: z.array(contextSchema).nullish() }),
);
const tree = z.object({ contexts: z.array(contextSchema) });

type Send = (method: string, params: unknown) => Promise<unknown>;

class BidiError extends Error {}

const answerSchema = z.object({
  id: z.number().nullish(),
  type: z.string(),
  result: z.unknown().optional(),
  error: z.string().optional(),
  message: z.string().optional(),
});

async function connect(url: string): Promise<{ send: Send; close(): void }> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", reject, { once: true });
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  socket.addEventListener("message", ({ data }) => {
    const answer = answerSchema.parse(JSON.parse(String(data)));
    const one = typeof answer.id === "number" ? waiting.get(answer.id) : undefined;
    if (typeof answer.id === "number") waiting.delete(answer.id);
    if (answer.type === "success") one?.resolve(answer.result);
    else one?.reject(new BidiError(`${answer.error}: ${answer.message}`));
  });
  socket.addEventListener("close", () => {
    for (const one of waiting.values()) one.reject(new Error("Firefox has closed the connection."));
  });
  let last = 0;
  const send: Send = (method, params) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  return { send, close: () => socket.close() };
}

const evaluated = z.union([
  z.object({
    type: z.literal("success"),
    result: z.object({ value: z.unknown().optional(), sharedId: z.string().optional() }),
  }),
  z.object({ type: z.literal("exception"), exceptionDetails: z.object({ text: z.string() }) }),
]);

function pageOf(send: Send, top: string): EnginePage {
  const evaluateIn = async (context: string, expression: string) => {
    const params = { expression, target: { context }, awaitPromise: true, serializationOptions: { maxDomDepth: 0 } };
    const answer = evaluated.parse(await send("script.evaluate", params));
    if (answer.type === "exception") throw new BidiError(answer.exceptionDetails.text);
    return answer.result;
  };
  /** Returns the browsing context of a document; null if the frame does not exist. */
  const contextOf = async (place: Place): Promise<string | null> => {
    if (place === "builder") return top;
    const { value } = await evaluateIn(top, `String([...document.querySelectorAll("iframe")].indexOf(${appFrame}))`);
    const { contexts } = tree.parse(await send("browsingContext.getTree", { root: top }));
    return contexts[0]?.children?.[Number(value)]?.context ?? null;
  };
  const element = async (place: Place, find: string) => {
    const context = await contextOf(place);
    if (context === null) throw new BidiError("The app's frame is not there.");
    const { sharedId } = await evaluateIn(
      context,
      `(() => { const e = ${find}; e?.scrollIntoView({ block: "center" }); return e; })()`,
    );
    if (sharedId === undefined) throw new BidiError(`There is no ${find}.`);
    return { context, sharedId };
  };
  const keys = (context: string, actions: { type: string; value: string }[]) =>
    send("input.performActions", { context, actions: [{ type: "key", id: "keyboard", actions }] });
  const click = async (place: Place, find: string): Promise<string> => {
    const { context, sharedId } = await element(place, find);
    const origin = { type: "element", element: { sharedId } };
    const actions = [
      { type: "pointerMove", x: 0, y: 0, origin },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    await send("input.performActions", { context, actions: [{ type: "pointer", id: "mouse", actions }] });
    return context;
  };
  return {
    goto: async (url) => void (await send("browsingContext.navigate", { context: top, url, wait: "complete" })),
    reload: async () => void (await send("browsingContext.reload", { context: top, wait: "interactive" })),
    url: async () => z.string().parse((await evaluateIn(top, "location.href")).value),
    evaluate: async (place, expression) => {
      try {
        const context = await contextOf(place);
        if (context === null) return undefined;
        const { value } = await evaluateIn(
          context,
          `Promise.resolve(${expression}).then((value) => JSON.stringify(value))`,
        );
        return typeof value === "string" ? JSON.parse(value) : undefined;
      } catch (error) {
        if (error instanceof BidiError) return undefined;
        throw error;
      }
    },
    click: async (place, find) => void (await click(place, find)),
    type: async (place, find, text) => {
      const context = await click(place, find);
      const pressed = [...text].map((key) => (key === "\n" ? enter : key));
      await keys(
        context,
        pressed.flatMap((value) => [
          { type: "keyDown", value },
          { type: "keyUp", value },
        ]),
      );
    },
    pressControl: async (key) => {
      await keys(top, [
        { type: "keyDown", value: control },
        { type: "keyDown", value: key },
        { type: "keyUp", value: key },
        { type: "keyUp", value: control },
      ]);
    },
  };
}
