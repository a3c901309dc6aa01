import { expect, it } from "vitest";
import { jsxFileRoutes } from "../../preview/project/jsx-file-routes.ts";

const FILES = new Map(
  [
    "index.tsx",
    "about.jsx",
    "users.tsx",
    "users/[id].tsx",
    "users/index.tsx",
    "app/loop.tsx",
    "app/loop.css",
    "[...all].tsx",
    "__parts__/box.tsx",
    "old/gone.tsx",
  ].map((path) => [`src/pages/${path}`, ""]),
);
const pluginOf = (options: object) => [{ name: "vite-plugin-pages", options }];

it("jsxFileRoutes nests pages below the page of their folder, for React and for Solid", () => {
  const modules = jsxFileRoutes(pluginOf({ exclude: ["**/old/**"] }), FILES);
  expect([...modules.keys()]).toEqual(["~react-pages", "virtual:generated-pages-react", "~solid-pages"]);
  expect(modules.get("~react-pages")).toBe(`import { createElement, lazy } from "react";
import Index from "/src/pages/index.tsx";
export default [
  { path: "*", element: createElement(lazy(() => import("/src/pages/[...all].tsx"))) },
  { path: "about", element: createElement(lazy(() => import("/src/pages/about.jsx"))) },
  { path: "/", element: createElement(Index) },
  { path: "users", element: createElement(lazy(() => import("/src/pages/users.tsx"))), children: [{ path: ":id", element: createElement(lazy(() => import("/src/pages/users/[id].tsx"))) }, { path: "", element: createElement(lazy(() => import("/src/pages/users/index.tsx"))) }] },
  { path: "app", children: [{ path: "loop", element: createElement(lazy(() => import("/src/pages/app/loop.tsx"))) }] }
];
`);
  expect(modules.get("~solid-pages")).toContain(
    '{ path: "about", component: lazy(() => import("/src/pages/about.jsx")) }',
  );
});

it("jsxFileRoutes takes the folders, addresses and extensions of the options, and nothing without the plugin", () => {
  const files = new Map([
    ["views/a.jsx", ""],
    ["views/b.tsx", ""],
  ]);
  const options = { dirs: [{ dir: "/project/views", baseRoute: "admin" }], extensions: ["jsx"] };
  const module = jsxFileRoutes(pluginOf(options), files).get("~react-pages");
  expect(module).toContain('{ path: "admin", children: [{ path: "a", element:');
  expect(module).not.toContain("/views/b.tsx");
  expect(jsxFileRoutes([], files).size).toBe(0);
});

it("jsxFileRoutes makes the routes that the plugin of Tempo's apps has vite-plugin-pages make, by its own options", () => {
  const files = new Map([
    ["src/tempobook/storyboards/a.tsx", ""],
    ["stories/b.tsx", ""],
    ["src/pages/c.tsx", ""],
  ]);
  const routes = (options: object) =>
    jsxFileRoutes([{ name: "tempo-devtools/dist/vite", options }], files).get("~react-pages");
  expect(routes({})).toContain('path: "tempobook"');
  expect(routes({})).toContain('import("/src/tempobook/storyboards/a.tsx")');
  expect(routes({})).not.toContain("c.tsx");
  expect(routes({ pagesDir: "stories", baseRoute: "/s" })).toContain('{ path: "b", element');
});
