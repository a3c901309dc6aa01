import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileSolid, compileVueJsx, type JsxOutput, type JsxSource } from "../../../preview/tools/jsx-compilers.ts";
import { compileMdx } from "../../../preview/tools/mdx.ts";
import { type NodeToolRunner, startNodeToolRunner } from "./node-tool-runner.ts";

let runner: NodeToolRunner;
beforeAll(async () => {
  runner = await startNodeToolRunner();
});
afterAll(() => runner.stop());

const TSX = { path: "/project/src/app.tsx", lang: "tsx" as const };
const JSX = { path: "/project/src/app.jsx", lang: "jsx" as const };

async function compile(compiler: typeof compileSolid, ...sources: JsxSource[]): Promise<JsxOutput[]> {
  return compiler(runner, { sources, production: true, versionOf: () => null });
}

/** Fails where the code is no module of its language without JSX. */
async function parsed(output: JsxOutput | undefined): Promise<string> {
  expect(output?.diagnostics).toEqual([]);
  return (await transform(output?.code ?? "", { loader: output?.lang ?? "js" })).code;
}

describe("compileSolid", () => {
  test("compileSolid compiles JSX with types and without to DOM operations", async () => {
    const content =
      "const [n, set] = createSignal<number>(0);\nexport const A = () => <p class={n()} onClick={() => set(n() + 1)}>{n()}</p>;";
    const [typed, plain] = await compile(
      compileSolid,
      { ...TSX, content: `import { createSignal } from "solid-js";\n${content}` },
      { ...JSX, content: "export const B = (props) => <For each={props.list}>{(a) => <b>{a}</b>}</For>;" },
    );
    expect(await parsed(typed)).toContain("solid-js/web");
    expect(typed?.code).toContain("createSignal<number>");
    expect(await parsed(plain)).toContain("_$createComponent");
  });

  test("compileSolid calls only functions that the project's version of Solid has", async () => {
    const content = "export const A = (p) => <p style={{ color: p.color }}>a</p>;";
    const compiled = async (version: string) => {
      const versionOf = (name: string) => (name === "solid-js" ? version : null);
      const [output] = await compileSolid(runner, { sources: [{ ...JSX, content }], production: true, versionOf });
      return parsed(output);
    };
    expect(await compiled("1.9.7")).not.toContain("setStyleProperty");
    expect(await compiled("1.9.16")).toContain("setStyleProperty");
  });

  test("compileSolid reports an error at its place", async () => {
    const [output] = await compile(compileSolid, { ...TSX, content: "\nexport const A = () => <p></b>;" });
    expect(output?.diagnostics).toMatchObject([{ path: TSX.path, line: 2, column: 27, severity: "error" }]);
    expect(output?.diagnostics[0]?.message).toMatch(/^Expected corresponding JSX closing tag for <p>\.?$/);
  });
});

describe("compileVueJsx", () => {
  test("compileVueJsx compiles JSX with types, slots and Vue's directives", async () => {
    const content = `import { defineComponent, ref } from "vue";
export default defineComponent<{ a: string }>((props) => {
  const text = ref<string>("");
  return () => <Card v-slots={{ head: () => <b>{props.a}</b> }}><input v-model={text.value} v-show={props.a} /></Card>;
});`;
    const [output] = await compile(compileVueJsx, { ...TSX, content });
    const code = await parsed(output);
    expect(code).toContain("vModelText");
    expect(code).toContain("vShow");
  });

  test("compileVueJsx reports an error at its place", async () => {
    const [output] = await compile(compileVueJsx, { ...JSX, content: "const a = <p>;" });
    expect(output?.diagnostics).toMatchObject([{ path: JSX.path, line: 1, severity: "error" }]);
  });
});

describe("compileMdx", () => {
  const compileAll = (...sources: { path: string; content: string }[]) =>
    compileMdx(runner, { sources, production: true, jsxImportSource: "react", versionOf: () => null });

  test("compileMdx compiles MDX with components and expressions, and Markdown", async () => {
    const [mdx, markdown] = await compileAll(
      { path: "/project/a.mdx", content: 'import { B } from "./b";\n\n# Hello {1 + 1}\n\n<B>*text*</B>\n' },
      { path: "/project/a.md", content: "# {a} <b>" },
    );
    expect(mdx?.diagnostics).toEqual([]);
    expect(mdx?.code).toContain('from "react/jsx-runtime"');
    expect(mdx?.code).toContain('from "./b"');
    expect(markdown?.diagnostics).toEqual([]);
    expect(markdown?.code).toContain("{a}");
  });

  test("compileMdx reports an error at its place", async () => {
    const [output] = await compileAll({ path: "/project/a.mdx", content: "a\n\n<B>text\n" });
    expect(output?.diagnostics).toMatchObject([{ path: "/project/a.mdx", line: 3, severity: "error" }]);
  });
});
