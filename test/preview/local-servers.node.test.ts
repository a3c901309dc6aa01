import { expect, it } from "vitest";
import { localServers } from "../../preview/project/local-servers.ts";

const said = (files: Record<string, string>) => localServers(new Map(Object.entries(files)));

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
        'This calls http://localhost:3001, a server on the visitor\'s own machine, where none runs. So do 2 more files. Write it as src/server.ts and call it by a path such as "/api", or call a host that visitors reach.',
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
