import { join } from "node:path";
import * as esbuild from "esbuild";
import { describe, expect, it } from "vitest";
import { parseSuffix, type SvgFramework, svgComponent, wasmInit } from "../../../preview/vite/index.ts";

const root = join(import.meta.dirname, "../../..");

describe("parseSuffix", () => {
  it.each([
    ["./a.ts", { kind: "module", unknown: [] }],
    ["./a.png?v=3", { kind: "module", unknown: [] }],
    ["./a.png?w=300&format=webp", { kind: "module", unknown: ["w", "format"] }],
    ["./a.txt?raw", { kind: "raw" }],
    ["./a.txt?url&raw", { kind: "raw" }],
    ["./a.png?url", { kind: "url", inline: "auto" }],
    ["./a.png?url&no-inline", { kind: "url", inline: "never" }],
    ["./a.png?url&inline", { kind: "url", inline: "always" }],
    ["./a.png?no-inline", { kind: "url", inline: "never" }],
    ["./a.css?inline", { kind: "inline" }],
    ["./w.ts?worker", { kind: "worker", isShared: false, as: "class" }],
    ["./w.ts?worker&inline", { kind: "worker", isShared: false, as: "inline-class" }],
    ["./w.ts?sharedworker&url", { kind: "worker", isShared: true, as: "address" }],
    ["./w.ts?worker_file&type=module", { kind: "worker-file", type: "module" }],
    ["./a.svg?react", { kind: "component", framework: "react" }],
    ["./a.svg?component", { kind: "component", framework: null }],
    ["./a.wasm?init", { kind: "wasm-init" }],
    ["p/index.html?inline-module=2", { kind: "inline-module", index: 2 }],
  ])("parseSuffix reads the requested form of %s", (specifier, query) => {
    expect(parseSuffix(specifier)).toEqual({ path: specifier.split("?")[0], query });
  });

  it("parseSuffix leaves a package's subpath import unchanged", () => {
    expect(parseSuffix("#a/b").path).toBe("#a/b");
  });
});

/** Runs a module's source with its imports from node_modules. */
async function run(source: string, use: string): Promise<string> {
  const built = await esbuild.build({
    stdin: { contents: use, resolveDir: root },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire("/");' },
    plugins: [
      {
        name: "component",
        setup(build) {
          build.onResolve({ filter: /^component$/ }, () => ({ path: "component", namespace: "component" }));
          build.onLoad({ filter: /.*/, namespace: "component" }, () => ({ contents: source, resolveDir: root }));
        },
      },
    ],
  });
  const text = built.outputFiles[0]?.text ?? "";
  return (await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`)).default;
}

const inReact = (svg: string, props = "{}") =>
  run(
    svgComponent(svg, "react"),
    `import { renderToStaticMarkup } from "react-dom/server"; import { createElement } from "react";
     import C, { ReactComponent } from "component"; if (C !== ReactComponent) throw new Error("two components");
     export default renderToStaticMarkup(createElement(C, ${props}));`,
  );

describe("svgComponent", () => {
  it("svgComponent draws the file's elements with React's names", async () => {
    const svg = `<?xml version="1.0"?><!DOCTYPE svg><!-- c --><svg xmlns="http://www.w3.org/2000/svg"
      xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:sodipodi="http://x" width="24" viewBox="0 0 24 24" class="i" onclick="x()">
      <sodipodi:namedview id="n"><g/></sodipodi:namedview><style><![CDATA[.a > b{fill:red}]]></style>
      <g stroke-width="2" data-x="1" style="fill: url(data:a;b); -ms-flex:1; --own:2;stroke-linecap:round" sodipodi:a="1">
      <use xlink:href="#a"/><text>a &amp; b <tspan>c</tspan></text></g></svg>`;
    expect(await inReact(svg)).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="24" viewBox="0 0 24 24" class="i">' +
        '<style>.a > b{fill:red}</style><g stroke-width="2" data-x="1" style="fill:url(data:a;b);-ms-flex:1;--own:2;stroke-linecap:round">' +
        '<use xlink:href="#a"></use><text>a &amp; b <tspan>c</tspan></text></g></svg>',
    );
  });

  it("svgComponent lets props override the attributes of the root", async () => {
    const drawn = await inReact('<svg width="1" fill="red"><path d="M0 0"/></svg>', '{ width: 5, className: "c" }');
    expect(drawn).toBe('<svg width="5" fill="red" class="c"><path d="M0 0"></path></svg>');
  });

  it.each<[SvgFramework, string]>([
    ["preact", "preact"],
    ["vue", "vue"],
    ["solid", "solid-js/web"],
  ])("svgComponent makes a module for %s that imports %s", async (framework, name) => {
    const source = svgComponent(
      '<svg viewBox="0 0 1 1"><path stroke-width="2" d="M0 0"/><text>"a" &lt; b</text></svg>',
      framework,
    );
    const { metafile } = await esbuild.build({
      stdin: { contents: source },
      write: false,
      bundle: true,
      format: "esm",
      external: [name],
      metafile: true,
    });
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    expect(imports.map(({ path }) => path)).toEqual([name]);
  });

  it("svgComponent refuses a file without an svg element", () => {
    expect(() => svgComponent("<html></html>", "react")).toThrow("no <svg> element");
  });
});

describe("wasmInit", () => {
  it("wasmInit makes a function that instantiates the module", async () => {
    const wasm = [
      0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 97, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11,
    ];
    for (const type of ["application/wasm", "application/octet-stream"]) {
      const address = `data:${type};base64,${btoa(String.fromCharCode(...wasm))}`;
      const module = await import(`data:text/javascript,${encodeURIComponent(wasmInit(address))}`);
      expect((await module.default()).exports.a()).toBe(42);
    }
  });
});
