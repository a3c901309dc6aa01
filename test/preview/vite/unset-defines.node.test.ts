import { describe, expect, it } from "vitest";
import { unsetDefines } from "../../../preview/vite/index.ts";

const CONFIG = `export default defineConfig(({ mode }) => {
  const env = loadEnv(mode, ".", "");
  return {
    define: {
      "process.env.API_KEY": JSON.stringify(env.GEMINI_API_KEY),
      "process.env.GEMINI_API_KEY": JSON.stringify(env.GEMINI_API_KEY || ""),
      __SHOP__: JSON.stringify(process.env["SHOP_NAME"]),
      __BUILT__: undefined,
    },
  };
});`;
const UNSET = {
  "process.env.API_KEY": "undefined",
  "process.env.GEMINI_API_KEY": '""',
  __SHOP__: "undefined",
  __BUILT__: "undefined",
};

function warnings(app: Record<string, string>, define: Record<string, string> = UNSET): string[] {
  const files = new Map(Object.entries({ "vite.config.ts": CONFIG, ...app }));
  return unsetDefines(files, { define, path: "vite.config.ts" }).map(
    ({ path, line, message }) => `${path}:${line} ${message}`,
  );
}

describe("unsetDefines", () => {
  it("unsetDefines names a key that vite.config puts into pages and nothing sets, with the way that hides it", () => {
    expect(warnings({ "services/gemini.ts": "new Client({ apiKey: process.env.API_KEY });" })).toEqual([
      'vite.config.ts:5 No .env file sets GEMINI_API_KEY, so the app reads undefined as process.env.API_KEY. A key in a .env file could be read by every visitor. Ask an agent: "Make the requests that need GEMINI_API_KEY in src/server.ts, with the key as a secret of the app."',
    ]);
  });

  it("unsetDefines takes an empty text in the place of a key for a missing one", () => {
    const [message] = warnings({ "App.tsx": "start(process.env.GEMINI_API_KEY);" });
    expect(message).toMatch(/^vite\.config\.ts:6 No \.env file sets GEMINI_API_KEY,/);
  });

  it("unsetDefines advises a .env file for a variable that is no key", () => {
    expect(warnings({ "src/App.vue": "<h1>{{ __SHOP__ }}</h1>" })).toEqual([
      "vite.config.ts:7 No .env file sets SHOP_NAME, so the app reads undefined as __SHOP__. Add a file .env with it.",
    ]);
  });

  it("unsetDefines leaves out what is set, what no page reads, and what is made of no variable", () => {
    const reading = "use(process.env.API_KEY, __BUILT__);";
    expect(warnings({ "src/main.ts": reading }, { ...UNSET, "process.env.API_KEY": '"k"' })).toEqual([]);
    expect(warnings({ "server/main.ts": reading })).toEqual([]);
  });

  it("unsetDefines names what pages read from process.env where vite.config defines all of it, except what is set or has another value", () => {
    const config = 'export default { define: { "process.env": process.env } };';
    const app = {
      "vite.config.ts": config,
      "services/gemini.ts": `start(process.env.API_KEY, process.env.NODE_ENV, process.env.SET, process.env.PORT ?? 80);
if (process.env.DEBUG) { log(); }`,
    };
    const all = { "process.env": '{"SET":"1"}' };
    expect(warnings(app, all)).toEqual([
      'vite.config.ts:1 No .env file sets API_KEY, so the app reads undefined as process.env.API_KEY. A key in a .env file could be read by every visitor. Ask an agent: "Make the requests that need API_KEY in src/server.ts, with the key as a secret of the app."',
    ]);
    expect(warnings(app, {})).toEqual([]);
  });
});
