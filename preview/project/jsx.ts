import type { Manifest } from "./manifest.ts";
import type { Tsconfig } from "./tsconfig.ts";

/** How JSX is compiled: by functions of a module (`automatic`), or by functions that the file has in scope (`classic`). */
export type Jsx =
  | { runtime: "automatic"; importSource: string }
  | { runtime: "classic"; factory: string; fragment: string };

/**
 * Returns the JSX settings of tsconfig.json; without any, React's or those of the first renderer among the
 * dependencies.
 */
export function jsxOf({ compilerOptions }: Tsconfig, { dependencies }: Manifest): Jsx {
  const { jsx, jsxFactory, jsxFragmentFactory, jsxImportSource } = compilerOptions;
  const isClassic = jsx === "react" || (jsx === undefined && typeof jsxFactory === "string");
  if (isClassic) {
    const factory = typeof jsxFactory === "string" ? jsxFactory : "React.createElement";
    const fragment = typeof jsxFragmentFactory === "string" ? jsxFragmentFactory : "React.Fragment";
    return { runtime: "classic", factory, fragment };
  }
  if (typeof jsxImportSource === "string") return { runtime: "automatic", importSource: jsxImportSource };
  const renderers = ["react", "preact", "solid-js", "hono"];
  const renderer = renderers.find((name) => Object.hasOwn(dependencies, name)) ?? "react";
  return { runtime: "automatic", importSource: renderer === "hono" ? "hono/jsx" : renderer };
}
