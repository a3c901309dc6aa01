import { expect, it } from "vitest";
import { localServers } from "../../preview/project/local-servers.ts";

const said = (files: Record<string, string>, env: Record<string, string> = {}) =>
  localServers(new Map(Object.entries(files)), env);

it("A page's call of a server on the visitor's machine is a warning at its first call, which counts the others", () => {
  const files = {
    "src/api/b.ts": 'axios.get("http://127.0.0.1:8000/b");',
    "src/api/a.ts": "export const a = () =>\n  fetch(`http://localhost:3001/a/1`);",
    "src/client.ts": 'axios.create({ baseURL: import.meta.env.VITE_API || "http://localhost:8080/api" });',
  };
  expect(said(files)).toEqual([
    {
      path: "src/api/a.ts",
      line: 2,
      column: 10,
      severity: "warning",
      message:
        'This calls http://localhost:3001, which visitors cannot reach. 2 more files call one too. Move that server to src/server.ts and call a path such as "/api", or call a public host.',
    },
  ]);
});

it("Addresses of this machine in servers, tests, configurations and texts that nothing calls are none", () => {
  const call = 'fetch("http://localhost:3000");';
  expect(
    said({
      "src/server.ts": call,
      "server/index.js": call,
      "src/a.test.ts": call,
      "vite.config.ts": 'export default { server: { proxy: { "/api": "http://localhost:3000" } } };',
      "src/help.tsx": "<p>Open http://localhost:3000</p>",
      "README.md": call,
    }),
  ).toEqual([]);
});

it("An address that stands in for a variable is called only where no .env file sets the variable", () => {
  const files = {
    "src/api.ts":
      'const API = import.meta.env.VITE_API ?? "http://localhost:3000";\nexport const a = () => fetch(API);',
    "src/client.ts": "axios.create({ baseURL: import.meta.env.VITE_API || 'http://localhost:8080/api' });",
    "src/live.ts": "new WebSocket((import.meta.env.VITE_LIVE as string) || `ws://localhost:9000`);",
  };
  expect(said(files, { VITE_API: "https://api.example.com", VITE_LIVE: "wss://live.example.com" })).toEqual([]);
  expect(said(files, { VITE_API: "", VITE_LIVE: "wss://live.example.com" })).toEqual([
    {
      path: "src/api.ts",
      line: 1,
      column: 42,
      severity: "warning",
      message:
        'This calls http://localhost:3000, which visitors cannot reach. No .env file sets VITE_API, which would replace it. 1 more file calls one too. Move that server to src/server.ts and call a path such as "/api", or call a public host.',
    },
  ]);
  expect(said(files, { VITE_API: "https://api.example.com" })).toMatchObject([{ path: "src/live.ts", line: 1 }]);
});

it("A call of a local address beside one that stands in for a set variable is a warning at the call", () => {
  const code = 'const a = import.meta.env.VITE_API || "http://localhost:1";\nfetch("http://localhost:2/b");';
  expect(said({ "src/a.ts": code }, { VITE_API: "https://api.example.com" })).toMatchObject([
    { line: 2, column: 8, message: expect.stringContaining("This calls http://localhost:2, ") },
  ]);
});

it("A variable that a .env file sets to a server on this machine is a warning where the page reads it", () => {
  const files = { "src/api.ts": 'const base = import.meta.env.VITE_API_URL ?? "";\nfetch(base);' };
  expect(said(files, { VITE_API_URL: "http://localhost:18080/v1" })).toEqual([
    {
      path: "src/api.ts",
      line: 1,
      column: 14,
      severity: "warning",
      message:
        'This calls http://localhost:18080, which visitors cannot reach. It is the value of VITE_API_URL in a .env file. Move that server to src/server.ts and call a path such as "/api", or call a public host.',
    },
  ]);
  const own = { "src/links.ts": "open(import.meta.env.VITE_SITE + import.meta.env.VITE_API_URL);" };
  expect(said(own, { VITE_SITE: "http://localhost:3000", VITE_API_URL: "http://localhost:5173/api" })).toEqual([]);
});

it("A constant that is named as a server's address is a warning, and one that depends on the host or is no address is none", () => {
  const [first] = said({ "src/App.vue": "const apiUrl: string = 'http://127.0.0.1:11434/api/generate';" });
  expect(first).toMatchObject({ path: "src/App.vue", line: 1, column: 25 });
  const chosen = 'const API = isLocal ? "http://localhost:3000" : "https://api.example.com";';
  expect(said({ "src/a.ts": chosen, "src/b.ts": 'const origin = "http://localhost:3000";' })).toEqual([]);
});
