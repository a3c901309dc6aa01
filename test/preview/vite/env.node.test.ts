import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as esbuild from "esbuild";
import fc from "fast-check";
import { loadEnv } from "vite";
import { describe, expect, it } from "vitest";
import { defines, readEnv, unsetVariables } from "../../../preview/vite/index.ts";

const read = (files: Record<string, string>, mode: "development" | "production" = "development") =>
  readEnv(new Map(Object.entries(files)), { root: "", mode });

/** Vite's own result for the same files. */
function readByVite(files: Record<string, string>, mode: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "env-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return loadEnv(mode, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("readEnv", () => {
  it("readEnv reads the four files with Vite's precedence", () => {
    const files = {
      ".env": "VITE_A=1\nVITE_B=1\nVITE_C=1\nVITE_D=1\n",
      ".env.local": "VITE_B=2\nVITE_C=2\nVITE_D=2\n",
      ".env.development": "VITE_C=3\nVITE_D=3\n",
      ".env.development.local": "VITE_D=4\n",
      ".env.production": "VITE_A=5\n",
    };
    expect(read(files).values).toEqual({ VITE_A: "1", VITE_B: "2", VITE_C: "3", VITE_D: "4" });
    for (const mode of ["development", "production"] as const)
      expect(read(files, mode).values).toEqual(readByVite(files, mode));
  });

  it("readEnv returns only variables with a client prefix, and expands the others into them", () => {
    const files = { ".env": `HOST=h\nexport VITE_URL=https://$HOST/\${PATH_X:-p}?a=\\$b # comment\n` };
    expect(read(files).values).toEqual({ VITE_URL: "https://h/p?a=$b" });
  });

  it("readEnv reads another folder and other prefixes", () => {
    const files = new Map([["client/.env", "APP_A=1\nVITE_B=2\n"]]);
    const options = { root: "client", mode: "development" as const, prefixes: ["APP_", ""] };
    expect(readEnv(files, options).values).toEqual({ APP_A: "1" });
  });

  it("readEnv reads the same values as Vite from any file", () => {
    const name = fc.constantFrom("VITE_A", "VITE_B", "VITE_C", "OTHER");
    const piece = fc.constantFrom(
      "a",
      " ",
      "#",
      "'",
      '"',
      "`",
      "\\n",
      "=",
      "$VITE_A",
      `\${OTHER:-x}`,
      `\${VITE_B:+y}`,
      "é",
    );
    const value = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
    const quoted = fc
      .tuple(fc.constantFrom("", "'", '"', "`"), value)
      .map(([quote, text]) => quote + text.replaceAll(quote === "" ? "\0" : quote, "") + quote);
    const line = fc.oneof(
      fc
        .tuple(fc.constantFrom("", "export ", "  "), name, fc.constantFrom("=", " = "), quoted)
        .map((all) => all.join("")),
      fc.constantFrom("", "# comment", "VITE_C", "=x"),
    );
    const file = fc.array(line, { maxLength: 6 }).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(file, file, (base, local) => {
        const files = { ".env": base, ".env.local": local };
        const { values, warnings } = read(files);
        fc.pre(warnings.every(({ message }) => !message.includes("refers to itself")));
        expect(values).toEqual(readByVite(files, "development"));
      }),
      { numRuns: 200 },
    );
  });

  it("readEnv ends for variables with growing circular references, and names them", () => {
    const { values, warnings } = read({ ".env": `VITE_A=\${VITE_B}1\nVITE_B=\${VITE_C}2\nVITE_C=\${VITE_B}3\n` });
    expect(Object.keys(values)).toEqual(["VITE_A", "VITE_B", "VITE_C"]);
    expect(warnings.map(({ message }) => message)[0]).toContain("VITE_A refers to itself");
  });

  it("readEnv warns of a variable that resembles a secret, by name and never by value", () => {
    const role = btoa(JSON.stringify({ role: "service_role" })).replaceAll("=", "");
    const anonymous = btoa(JSON.stringify({ role: "anon" })).replaceAll("=", "");
    const file = [
      "VITE_STRIPE_SECRET=abc123",
      "VITE_KEY=sk-ant-0123456789",
      "VITE_PAY=sk_live_0123456789",
      `VITE_ADMIN=eyJhbGciOiJIUzI1NiJ9.${role}.sig`,
      `VITE_SUPABASE_ANON_KEY=eyJhbGciOiJIUzI1NiJ9.${anonymous}.sig`,
      "STRIPE_SECRET=abc123",
      "VITE_STRIPE_PUBLISHABLE_KEY=pk_live_1",
    ].join("\n");
    const { warnings } = read({ ".env.local": file });
    const found = warnings.map(({ path, line, message }) => [path, line, message.split(" ")[0]] as const);
    expect(found.sort((one, other) => Number(one[1]) - Number(other[1]))).toEqual([
      [".env.local", 1, "VITE_STRIPE_SECRET"],
      [".env.local", 2, "VITE_KEY"],
      [".env.local", 3, "VITE_PAY"],
      [".env.local", 4, "VITE_ADMIN"],
    ]);
    expect(JSON.stringify(warnings)).not.toMatch(/abc123|0123456789|eyJ/);
  });
});

describe("defines", () => {
  async function run(code: string, own: Record<string, string> = {}): Promise<unknown> {
    const { define, inject } = defines({ VITE_A: "a" }, { mode: "production", base: "/", ssr: false, define: own });
    const built = await esbuild.build({
      stdin: { contents: code, loader: "ts" },
      define,
      bundle: true,
      write: false,
      format: "esm",
      inject: inject === null ? [] : ["defines"],
      plugins: [
        {
          name: "defines",
          setup: (build) => {
            build.onResolve({ filter: /^defines$/ }, () => ({ path: "defines", namespace: "defines" }));
            build.onLoad({ filter: /.*/, namespace: "defines" }, () => ({ contents: inject ?? "" }));
          },
        },
      ],
    });
    const text = built.outputFiles[0]?.text ?? "";
    return (await import(`data:text/javascript,${encodeURIComponent(text)}`)).default;
  }

  it("defines makes a missing variable undefined, and all of them an object", async () => {
    const code = `const { MODE, PROD, DEV, SSR } = import.meta.env;
      export default [import.meta.env.VITE_A, import.meta.env.VITE_MISSING, import.meta.env["VITE_A"], MODE, PROD, DEV, SSR,
        import.meta.hot, process.env.NODE_ENV, process.env.OTHER];`;
    const expected = ["a", undefined, "a", "production", true, false, false, undefined, "production", undefined];
    expect(await run(code)).toEqual(expected);
  });

  it("defines returns constants of vite.config that are JSON, names or other expressions", async () => {
    const own = {
      __V__: '"1.2"',
      __LIST__: "[1, 2]",
      __WHEN__: "new Date(0).toISOString()",
      __SUM__: "1 + 1",
      "import.meta.env.VITE_BUILD": '"b"',
      __GLOBAL__: "globalThis",
    };
    const code = `declare const __V__: string, __LIST__: number[], __WHEN__: string, __SUM__: number, __GLOBAL__: unknown;
      export default [__V__, __LIST__, __WHEN__, __SUM__ * 2, import.meta.env.VITE_BUILD, __GLOBAL__ === globalThis];`;
    expect(await run(code, own)).toEqual(["1.2", [1, 2], "1970-01-01T00:00:00.000Z", 4, "b", true]);
  });
});

describe("unsetVariables", () => {
  const read = (path: string) => unsetVariables(new Map([[path, "use(import.meta.env.VITE_URL);"]]), {});

  it.each(["src/api/client.js", "src/integrations/supabase/client.ts", "client/src/api/client.ts", "lib/client.ts"])(
    "unsetVariables warns of a variable that %s reads",
    (path) => {
      expect(read(path)).toMatchObject([{ path, severity: "warning" }]);
    },
  );

  it.each(["api/send.ts", "supabase/functions/send.ts", "server/src/main.ts", "src/server/main.ts", "src/a.test.ts"])(
    "unsetVariables leaves out %s, which is not of the app's page",
    (path) => {
      expect(read(path)).toEqual([]);
    },
  );

  const unset = (code: string, path = "src/env.ts") =>
    unsetVariables(new Map([[path, code]]), { VITE_SET: "1" }).map(({ line, column, message }) => [
      line,
      column,
      /^No \.env file sets (.*?), so/.exec(message)?.[1],
    ]);

  it.each([
    ['use(import.meta.env["VITE_A"]);', 5],
    ["use((import.meta as any).env.VITE_A);", 6],
    ["use((<any>import.meta).env.VITE_A);", 11],
    ["use((import.meta as unknown as { env: Record<string, string> }).env.VITE_A);", 6],
    ["use(import.meta.env?.VITE_A);", 5],
    ["use(import.meta?.env?.VITE_A);", 5],
    ["const { VITE_A, VITE_SET } = import.meta.env;", 7],
    ["const { VITE_A: url, VITE_B = 'b' }: ImportMetaEnv = import.meta.env;", 7],
  ])("unsetVariables warns of a variable that is read as %s", (code, column) => {
    expect(unset(code)).toEqual([[1, column, "VITE_A"]]);
  });

  it("unsetVariables warns of the variables that a schema wants of all together, at the first, and not of those that may be missing", () => {
    const client = `client: {
    VITE_A: z.url(),
    "VITE_B": z
      .string()
      .min(1),
    VITE_C: z.string().optional(),
    VITE_D: z.string().default("d"),
    VITE_SET: z.string(),
  },`;
    expect(
      unset(`export const env = createEnv({
  clientPrefix: "VITE_",
  ${client}
  runtimeEnv: (import.meta as unknown as { env: Record<string, string> }).env,
});`),
    ).toEqual([[4, 5, "VITE_A, VITE_B"]]);
    expect(unset("const env = z.object({\n  VITE_A: z.string() }).parse(import.meta.env);")).toEqual([
      [2, 3, "VITE_A"],
    ]);
    expect(unset("const env = v.parse(v.object({\n  VITE_A: v.optional(v.string()) }), import.meta.env);")).toEqual([]);
  });

  it.each([
    "use(import.meta.env['VITE_A'] ?? 'a');",
    "if (import.meta.env?.VITE_A) { start(); }",
    "use((import.meta as any).env.VITE_A || 'a');",
    "const { VITE_A = 'a' } = import.meta.env;",
    "use({ VITE_A: 1 }, import.meta.env);",
    "use({ VITE_A: 1 }, JSON.parse(import.meta.env.VITE_SET));",
  ])("unsetVariables says nothing of %s", (code) => {
    expect(unset(code)).toEqual([]);
  });
});
