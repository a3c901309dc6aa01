import { existsSync } from "node:fs";
import { z } from "zod";
import { freePort } from "../../dev/ports.ts";
import { until } from "../stage/until.ts";
import { appFrame, type Engine, type EnginePage, type Place } from "./page.ts";
import { type Started, startProgram } from "./processes.ts";

const miniBrowser = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
const elementKey = "element-6066-11e4-a52e-4f735466cecf";
const control = "\uE009";
const enter = "\uE007";

/** Starts WebKitGTK through its own WebDriver, in an automation session without persistent state. */
export async function startWebKit(display: string): Promise<Engine> {
  if (!existsSync(miniBrowser)) throw new Error(`${miniBrowser} is missing: npm run test:engines installs it.`);
  const port = await freePort();
  const driver = startProgram("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], {
    DISPLAY: display,
    LIBGL_ALWAYS_SOFTWARE: "1",
    WEBKIT_DISABLE_COMPOSITING_MODE: "1",
    WEBKIT_DISABLE_DMABUF_RENDERER: "1",
  });
  const call = caller(`http://127.0.0.1:${port}`, driver);
  await until("WebKitWebDriver", 20_000, () =>
    call("GET", "/status").then(
      () => true,
      () => false,
    ),
  );
  const options = { binary: miniBrowser, args: ["--automation"] };
  const session = z
    .object({ sessionId: z.string(), capabilities: z.object({ browserVersion: z.string() }) })
    .parse(await call("POST", "/session", { capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } } }));
  const at = `/session/${session.sessionId}`;
  await call("POST", `${at}/timeouts`, { script: 20_000, pageLoad: 60_000, implicit: 0 });
  return {
    name: "WebKit",
    version: session.capabilities.browserVersion,
    page: pageOf((method, path, body) => call(method, at + path, body)),
    close: async () => {
      await call("DELETE", at).catch(() => undefined);
      await driver.stop();
    },
  };
}

type Call = (method: string, path: string, body?: unknown) => Promise<unknown>;

class WebDriverError extends Error {}

const caller =
  (origin: string, driver: Started): Call =>
  async (method, path, body) => {
    const answer = await fetch(origin + path, {
      method,
      ...(method === "POST" ? { body: JSON.stringify(body ?? {}) } : {}),
      signal: AbortSignal.timeout(90_000),
    });
    const { value } = z.object({ value: z.unknown() }).parse(await answer.json());
    if (answer.ok) return value;
    throw new WebDriverError(
      `${method} ${path}: ${JSON.stringify(value).slice(0, 500)}\n${driver.output().slice(-500)}`,
    );
  };

function pageOf(call: Call): EnginePage {
  const script = (source: string) => call("POST", "/execute/sync", { script: source, args: [] });
  /**
   * Switches to a document.
   * @returns false when the frame does not exist
   */
  const enterPlace = async (place: Place): Promise<boolean> => {
    await call("POST", "/frame", { id: null });
    if (place === "builder") return true;
    const frame = await script(`return ${appFrame}`);
    if (frame === null) return false;
    await call("POST", "/frame", { id: frame });
    return true;
  };
  const element = async (place: Place, find: string): Promise<string> => {
    if (!(await enterPlace(place))) throw new WebDriverError("The app's frame is not there.");
    const found = await script(`const found = ${find}; found?.scrollIntoView({ block: "center" }); return found;`);
    return z.object({ [elementKey]: z.string() }).parse(found)[elementKey] ?? "";
  };
  const press = (actions: { type: string; value: string }[]) =>
    call("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  return {
    goto: async (url) => void (await call("POST", "/url", { url })),
    reload: async () => void (await call("POST", "/refresh")),
    url: async () => z.string().parse(await call("GET", "/url")),
    evaluate: async (place, expression) => {
      try {
        return (await enterPlace(place)) ? await script(`return ${expression}`) : undefined;
      } catch (error) {
        if (error instanceof WebDriverError) return undefined;
        throw error;
      }
    },
    click: async (place, find) => void (await call("POST", `/element/${await element(place, find)}/click`)),
    type: async (place, find, text) => {
      const keys = text.replaceAll("\n", enter);
      const found = await element(place, find);
      if (place === "builder") {
        await call("POST", `/element/${found}/value`, { text: keys, value: [...keys] });
        return;
      }
      // In a cross-origin frame the driver considers no element focusable, but clicking an element focuses it anyway.
      await call("POST", `/element/${found}/click`);
      await press(
        [...keys].flatMap((value) => [
          { type: "keyDown", value },
          { type: "keyUp", value },
        ]),
      );
    },
    pressControl: async (key) => {
      await press([
        { type: "keyDown", value: control },
        { type: "keyDown", value: key },
        { type: "keyUp", value: key },
        { type: "keyUp", value: control },
      ]);
    },
  };
}
