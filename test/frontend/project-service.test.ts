import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilerVersion, ProjectService } from "../../frontend/src/completion/project-service.ts";
import type { Detail, EntryList, Hover } from "../../frontend/src/completion/protocol.ts";

const declarations = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../preview/types/${name}.txt`), "utf8");
const lib = { path: "lib.d.ts", content: declarations("libraries") };
const platform = { path: "edgesmith-platform.d.ts", content: declarations("platform") };

const jsx = {
  path: "node_modules/react/jsx-runtime.d.ts",
  content: `export namespace JSX {
  interface Element {}
  interface ElementChildrenAttribute { children: unknown }
  interface IntrinsicElements { button: { disabled?: boolean; onClick?: () => void } }
}
export declare const jsx: unknown, jsxs: unknown, Fragment: unknown;`,
};
const packageFiles = [
  jsx,
  { path: "node_modules/react/package.json", content: '{"name":"react","types":"./index.d.ts"}' },
  {
    path: "node_modules/react/index.d.ts",
    content: "/** Keeps a value. */\nexport declare function useState<T>(start: T): [T, (next: T) => void];",
  },
];
const own = {
  "src/card.tsx":
    "export type CardProps = { title: string; onDone: () => void };\nexport function Card(props: CardProps) { return <button>{props.title}</button>; }",
  "src/deep/format-price.ts":
    "/** In euros. */\nexport const formatPrice = (cents: number): string => String(cents / 100);",
  "src/app.tsx": "export {};\n",
};
const options = {
  strict: true,
  target: "es2024",
  module: "esnext",
  moduleResolution: "bundler",
  jsx: "react-jsx",
  types: [],
  skipLibCheck: true,
  noEmit: true,
};

const listed = (files: Record<string, string>) => Object.entries(files).map(([path, content]) => ({ path, content }));

function newService(files: Record<string, string> = own): ProjectService {
  const service = new ProjectService();
  const packages = { key: "k", complete: true, files: [lib, platform, ...packageFiles] };
  service.load({ revision: 1, options, files: listed(files), packages });
  return service;
}

/** For tests that edit only src/app.tsx, since each service first reads the whole standard library. */
const shared = newService();

/** Asks at the position of the bar character in an unsaved text of src/app.tsx. */
function ask(service: ProjectService, marked: string, isExplicit = false) {
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  service.edit([["src/app.tsx", text]]);
  const at = { path: "src/app.tsx", offset };
  const list = service.answer({ kind: "complete", isExplicit, ...at }) as EntryList | null;
  const names = list?.entries.map(({ name }) => name) ?? [];
  const detailOf = (name: string) =>
    service.answer({ kind: "detail", list: list?.list ?? 0, entry: names.indexOf(name), ...at }) as Detail | null;
  return { text, list, names, detailOf };
}

describe("completion by the project's types", () => {
  it("the editor's compiler is the version that the type checker of builds has", () => {
    const require = createRequire(import.meta.resolve("@cloudflare/worker-bundler"));
    const { version } = require("typescript/package.json") as { version: string };
    expect(compilerVersion).toBe(version);
  });

  it("Completion lists the members of an unsaved value, and none of another type", () => {
    const { names, list, text } = ask(newService(), "const items: string[] = [];\nitems.pu|");
    expect(names).toContain("push");
    expect(names).not.toContain("toUpperCase");
    expect(list?.from).toBe(text.length - 2);
  });

  it("a list that is too long says so, and keeps the names that begin with the typed letters", () => {
    const names = Array.from({ length: 400 }, (_, index) => `aTableOfPrices${index}`);
    const text = names.map((name) => `export const ${name} = 1;`).join("\n");
    const service = newService({ ...own, "src/many.ts": text, "src/tops.ts": "export const topsoil = 1;" });
    const cut = ask(service, "to|");
    expect(cut.list?.isCut).toBe(true);
    expect(cut.names).toHaveLength(300);
    expect(cut.names).toContain("topsoil");
    const whole = ask(service, "topsoil|");
    expect(whole.list?.isCut).toBe(false);
    expect(whole.names[0]).toBe("topsoil");
  });

  it("a text that is edited anywhere completes as the same text that is read at once", () => {
    const pieces = fc.constantFrom(
      "const item = { a: 1 };\n",
      "/*",
      "*/",
      "`${",
      "}`",
      "{",
      ")",
      "item.",
      "<a>",
      "\n",
      '"',
      "",
    );
    const edits = fc.array(fc.tuple(fc.nat(400), fc.nat(30), pieces), { minLength: 1, maxLength: 12 });
    const [edited, read] = [newService(), newService()];
    const start = "const item = { first: 1, second: [2] };\n".repeat(4);
    fc.assert(
      fc.property(edits, (all) => {
        let text = start;
        edited.edit([["src/app.tsx", text]]);
        for (const [at, length, piece] of all) {
          text = text.slice(0, at) + piece + text.slice(at + length);
          const one = ask(edited, `${text}\nitem.|`, true);
          read.edit([["src/app.tsx", null]]);
          read.answer({ kind: "hover", path: "src/app.tsx", offset: 0 });
          expect(one.names).toEqual(ask(read, `${text}\nitem.|`, true).names);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("Completion lists the named exports of a package in an import", () => {
    const { names } = ask(shared, 'import { use| } from "react";');
    expect(names).toContain("useState");
  });

  it("Completion lists the exports of the project's own module", () => {
    const { names } = ask(shared, 'import { | } from "./card";', true);
    expect(names).toEqual(expect.arrayContaining(["Card", "CardProps"]));
  });

  it("Completion lists the props of a component", () => {
    const { names } = ask(shared, 'import { Card } from "./card";\nexport const app = <Card |/>;');
    expect(names).toEqual(expect.arrayContaining(["title", "onDone"]));
  });

  it("an export of another file completes with the edit that imports it, and its documentation", () => {
    const { list, text, detailOf } = ask(shared, "export const price = formatPri|;\n");
    expect(list?.entries.find(({ name }) => name === "formatPrice")).toMatchObject({ from: "./deep/format-price" });
    const detail = detailOf("formatPrice");
    expect(detail).toMatchObject({
      type: expect.stringContaining("(cents: number) => string"),
      documentation: "In euros.",
    });
    const [edit] = detail?.edits ?? [];
    const imported = text.slice(0, edit?.from) + edit?.insert + text.slice(edit?.to);
    expect(imported).toMatch(/^import \{ formatPrice \} from ["']\.\/deep\/format-price["'];\n/);
  });

  it("an export of a file that was never saved completes elsewhere", () => {
    const service = newService();
    service.edit([["src/new.ts", "export const brandNewThing = 1;"]]);
    expect(ask(service, "brandNew|").names).toContain("brandNewThing");
    service.edit([["src/new.ts", null]]);
    expect(ask(service, "brandNew|").names).not.toContain("brandNewThing");
  });

  it("Completion of a path in an import lists files", () => {
    const { names } = ask(shared, 'import {} from "./deep/|";');
    expect(names).toContain("format-price");
  });

  it("the import of a chosen entry is found after the next list, and none for a list that is long outdated", () => {
    const service = newService();
    const { list, names } = ask(service, "formatPri|");
    ask(service, "Car|");
    const at = { path: "src/app.tsx", offset: "formatPrice".length };
    service.edit([["src/app.tsx", "formatPrice"]]);
    const chosen = { kind: "import", list: list?.list ?? 0, entry: names.indexOf("formatPrice"), ...at } as const;
    expect(service.answer(chosen)).toMatchObject({ edits: [{ insert: expect.stringContaining("formatPrice") }] });
    for (let lists = 0; lists < 4; lists++) ask(service, "Car|");
    expect(service.answer(chosen)).toBeNull();
  });

  it("nothing is completed in a comment, nor unasked after a space", () => {
    expect(ask(shared, "// items.|").list).toBeNull();
    expect(ask(shared, "const a = 1;\n|").list).toBeNull();
  });
});

describe("types of what a text names", () => {
  it("the type of a name is described with its documentation", () => {
    const service = newService();
    service.edit([["src/app.tsx", 'import { useState } from "react";\nuseState(1);']]);
    const hover = service.answer({ kind: "hover", path: "src/app.tsx", offset: 36 }) as Hover;
    expect(hover).toMatchObject({ from: 34, to: 42, documentation: "Keeps a value." });
    expect(hover.type).toContain("useState<number>(start: number)");
  });

  it("nothing is described in a file that is no script of the project", () => {
    expect(newService().answer({ kind: "hover", path: "README.md", offset: 0 })).toBeNull();
  });
});

describe("another revision", () => {
  it("a later revision's files replace the earlier ones, and declarations that were not sent again stay", () => {
    const service = newService();
    ask(service, "formatPri|");
    const files = listed({ "src/app.tsx": "export {};", "src/other.ts": "export const otherThing = 1;" });
    service.load({ revision: 2, options, files, packages: { key: "k", complete: true, files: null } });
    expect(ask(service, "formatPri|").names).not.toContain("formatPrice");
    expect(ask(service, "otherTh|").names).toContain("otherThing");
    expect(ask(service, 'import { use| } from "react";').names).toContain("useState");
  });
});
