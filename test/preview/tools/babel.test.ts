import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runBabel } from "../../../preview/tools/babel.ts";
import { type NodeToolRunner, startNodeToolRunner } from "./node-tool-runner.ts";

let runner: NodeToolRunner;
beforeAll(async () => {
  runner = await startNodeToolRunner();
});
afterAll(() => runner.stop());

const VERSIONS: Record<string, string> = {
  "@emotion/babel-plugin": "11.13.5",
  "babel-plugin-styled-components": "2.4.0",
};

const run = (content: string, ...names: string[]) =>
  runBabel(runner, {
    sources: [{ path: "/project/src/a.tsx", content }],
    plugins: names.map((name) => ({ name, options: {} })),
    production: true,
    versionOf: (name) => VERSIONS[name] ?? null,
  });

describe("runBabel", () => {
  test("runBabel gives Emotion's components the targets of selectors, and leaves JSX, types and lines as they are", async () => {
    const source =
      'import styled from "@emotion/styled";\n\nconst A: unknown = styled.b`color: red`;\nexport const b = <A />;';
    const { outputs, failed } = await run(source, "@emotion/babel-plugin");
    expect(failed.size).toBe(0);
    const code = outputs?.[0]?.code ?? "";
    expect(code).toContain("target:");
    expect(code).toContain("A: unknown");
    expect(code.split("\n").findIndex((line) => line.includes("<A />"))).toBe(3);
    await expect(transform(code, { loader: "tsx" })).resolves.toBeDefined();
  });

  test("runBabel runs the other plugins when one cannot be loaded, and gives the reason by its name", async () => {
    const source = 'import styled from "styled-components";\nexport const A = styled.b`color: red`;';
    const { outputs, failed } = await run(source, "babel-plugin-styled-components", "@emotion/babel-plugin/no-module");
    expect([...failed.keys()]).toEqual(["@emotion/babel-plugin/no-module"]);
    expect(outputs?.[0]?.code).toContain("withConfig");
  });

  test("runBabel leaves an error of syntax to esbuild, which reports it in the words of all other builds", async () => {
    const { outputs } = await run("const = 1;", "@emotion/babel-plugin");
    expect(outputs).toEqual([{ code: "const = 1;", diagnostics: [] }]);
  });
});
