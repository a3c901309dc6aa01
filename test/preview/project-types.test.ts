import { expect, it } from "vitest";
import type { ProjectTypes } from "../../worker/contract/index.ts";
import { type Preview, preview } from "./preview.ts";

const app = {
  "package.json": JSON.stringify({ dependencies: { react: "19.2.0", clsx: "2.1.1" } }),
  "package-lock.json": "{}",
  "tsconfig.json": JSON.stringify({ compilerOptions: { strict: false, outDir: "built" } }),
  "index.html": '<script type="module" src="/src/main.tsx"></script>',
  "src/main.tsx": 'import { useState } from "react"; console.log(useState);',
  "src/main.css": "p {}",
};

async function typesOf({ builder, capability, projectId, revision }: Preview, known = ""): Promise<ProjectTypes> {
  const stream = await builder.projectTypes(capability, projectId, revision, known);
  return new Response(stream).json();
}

it("the types of a project are its scripts, the declarations of the packages that it imports, and the checker's options", async () => {
  const { revision, options, files, packages } = await typesOf(await preview(app));
  expect(revision).toBe(1);
  expect(options).toMatchObject({ strict: false, jsx: "react-jsx", moduleResolution: "bundler" });
  expect(options).not.toHaveProperty("outDir");
  expect(files.map(({ path }) => path).sort()).toEqual(["package.json", "src/main.tsx", "tsconfig.json"]);
  const paths = packages.files?.map(({ path }) => path) ?? [];
  expect(paths).toContain("lib.d.ts");
  expect(paths).toContain("edgesmith-platform.d.ts");
  expect(paths).toContain("node_modules/@types/react/index.d.ts");
  // Nothing imports it.
  expect(paths.filter((path) => path.includes("clsx"))).toEqual([]);
  expect(paths.filter((path) => /\.[cm]?js$/.test(path))).toEqual([]);
  expect(packages.complete).toBe(true);
});

it("Declarations that the caller has are not sent again until a package changes", async () => {
  const shown = await preview(app);
  const { packages } = await typesOf(shown);
  await shown.write({ ...app, "src/other.ts": "export const one = 1;" });
  const second = await typesOf(shown, packages.key);
  expect(second.packages).toEqual({ key: packages.key, complete: true, files: null });
  expect(second.files.map(({ path }) => path)).toContain("src/other.ts");
  await shown.write({ ...app, "src/other.ts": 'import { clsx } from "clsx"; clsx();' });
  const third = await typesOf(shown, packages.key);
  expect(third.packages.key).not.toBe(packages.key);
  expect(third.packages.files?.map(({ path }) => path)).toContain("node_modules/clsx/clsx.d.ts");
});

it("Types are sent without declarations, and said to be incomplete, where a package is not in the registry", async () => {
  const missing = { ...app, "src/main.tsx": 'import "edgesmith-nowhere"; import "react";' };
  const withMissing = {
    ...missing,
    "package.json": JSON.stringify({ dependencies: { "edgesmith-nowhere": "1.0.0" } }),
  };
  const { files, packages } = await typesOf(await preview(withMissing));
  expect(files.map(({ path }) => path)).toContain("src/main.tsx");
  expect(packages.files?.map(({ path }) => path)).toEqual(["lib.d.ts", "edgesmith-platform.d.ts"]);
});
