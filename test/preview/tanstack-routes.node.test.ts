import { expect, it } from "vitest";
import { tanstackRoutes } from "../../preview/project/tanstack-routes.ts";

const plugins = [{ name: "@tanstack/router-plugin/vite", options: {} }];
const versionOf = (name: string): string | null => (name === "@tanstack/react-router" ? "1.0.0" : null);

const treeOf = (paths: string[], options: object = {}, files: Record<string, string> = {}): string | undefined => {
  const sources = new Map([...paths.map((path) => [path, ""] as const), ...Object.entries(files)]);
  return tanstackRoutes([{ name: "@tanstack/router-plugin/vite", options }], sources, versionOf).get(
    "src/routeTree.gen.ts",
  );
};

/** The routes of a generated tree, as `id path parent`. */
const routesOf = (tree = ""): string[] => {
  const lines = [
    ...tree.matchAll(
      /const (\w+) = .*\.update\(\{ id: ("[^"]*")(?:, path: ("[^"]*"))?, getParentRoute: \(\) => (\w+)/g,
    ),
  ];
  const ids = new Map(lines.map(([, name = "", id = ""]) => [name, JSON.parse(id)]));
  return lines.map(
    ([, , id = "", path, parent = ""]) =>
      `${JSON.parse(id)} ${path === undefined ? "-" : JSON.parse(path)} ${ids.get(parent) ?? "root"}`,
  );
};

it.each<[string, string[], string[]]>([
  ["an index and a page", ["index.tsx", "about.tsx"], ["/about /about root", "/ / root"]],
  ["pages below a page, in folders and by dots", ["posts.tsx", "posts/index.tsx", "posts.$id.tsx"], ["/$id /$id /posts", "/posts /posts root", "/ / /posts"]],
  ["pages below no page", ["posts/$id.tsx", "posts.index.tsx"], ["/posts/$id /posts/$id root", "/posts/ /posts/ root"]],
  ["layouts and groups without a part of the address", ["_auth.tsx", "_auth/me.tsx", "(legal)/terms.tsx"], ["/(legal)/terms /terms root", "/me /me /_auth", "/_auth - root"]],
  ["a page that is not nested", ["posts.tsx", "posts_.$id.edit.tsx"], ["/posts /posts root", "/posts_/$id/edit /posts/$id/edit root"]],
  ["the route of a folder, splats and escaped dots", ["docs/route.tsx", "docs/$.tsx", "robots[.]txt.ts"], ["/$ /$ /docs", "/docs /docs root", "/robots[.]txt /robots.txt root"]],
])("tanstackRoutes makes routes of %s", (_, paths, expected) => {
  const tree = treeOf(["__root.tsx", ...paths].map((path) => `src/routes/${path}`));
  expect(routesOf(tree).sort()).toEqual(expected.sort());
}); // biome-ignore format: one case a line

it("tanstackRoutes loads the lazy part of a route when it is shown, also where it has no other", () => {
  const tree = treeOf(["src/routes/__root.tsx", "src/routes/a.tsx", "src/routes/a.lazy.tsx", "src/routes/b.lazy.tsx"]);
  expect(tree).toContain('.lazy(() => import("./routes/a.lazy").then((one) => one.Route))');
  expect(tree).toContain('createFileRoute("/b")()');
});

it("tanstackRoutes leaves out tests, declarations, and names that begin with the prefix of ignored ones", () => {
  const paths = ["__root.tsx", "-parts/box.tsx", "a.test.tsx", "a.d.ts", "-b.tsx", "c.tsx"];
  expect(routesOf(treeOf(paths.map((path) => `src/routes/${path}`)))).toEqual(["/c /c root"]);
});

it("tanstackRoutes keeps a committed tree that has all routes, and replaces one that lacks some", () => {
  const paths = ["src/routes/__root.tsx", "src/routes/a.tsx", "src/routes/b.tsx"];
  const whole = {
    "src/routeTree.gen.ts": "import { Route as A } from './routes/a'\nimport { Route as B } from './routes/b'",
  };
  expect(treeOf(paths, {}, whole)).toBeUndefined();
  expect(routesOf(treeOf([...paths, "src/routes/c.tsx"], {}, whole))).toContain("/c /c root");
});

it("tanstackRoutes takes the folders of the plugin's options or of tsr.config.json, and no project without either", () => {
  const files = new Map([
    ["app/pages/__root.tsx", ""],
    ["app/pages/a.tsx", ""],
    ["tsr.config.json", '{ "routesDirectory": "./app/pages", "generatedRouteTree": "./app/tree.ts" }'],
  ]);
  expect(tanstackRoutes([], files, versionOf).get("app/tree.ts")).toContain('from "./pages/a"');
  files.delete("tsr.config.json");
  expect(tanstackRoutes([], files, versionOf).size).toBe(0);
  expect(tanstackRoutes(plugins, files, () => null).size).toBe(0);
  const options = { virtualRouteConfig: "./routes.ts" };
  expect(treeOf(["src/routes/__root.tsx", "src/routes/a.tsx"], options)).toBeUndefined();
});
