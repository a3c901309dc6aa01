// Packages that the registry does not hand over while the bundler asks for their files.
import { expect, it } from "vitest";
import { bundle } from "../../preview/engine/bundle.ts";
import { mountProject } from "../../preview/engine/mounted-project.ts";
import { PackageUnavailable } from "../../preview/packages/package-unavailable.ts";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";

const fonts = {
  folder: "node_modules/@kit/fonts",
  name: "@kit/fonts",
  version: "1.0.0",
  dist: { tarball: "" },
  optional: false,
};
const large = new PackageUnavailable('The package "@kit/fonts" is too large for a preview.', false);
const busy = new PackageUnavailable(
  'The package registry returned 502 Bad Gateway for "@kit/fonts". (4 attempts)',
  true,
);

/** Bundles an app that uses a file of a package, which fails to be listed or to be read. */
async function diagnosticsWhen(failing: "archive" | "file", failure: Error): Promise<Diagnostic[]> {
  const fail = () => Promise.reject(failure);
  const project = mountProject(new Map(), {
    root: "",
    publicFolder: null,
    compilerOptions: {},
    packages: [fonts],
    workspace: new Map(),
    filesOf: () => (failing === "file" ? Promise.resolve(new Map([["a/one.woff2", fail]])) : fail()),
  });
  try {
    const entry = project.at("src/main.ts");
    const sheet = "@font-face { font-family: A; src: url(@kit/fonts/a/one.woff2) }\n".repeat(2);
    project.files.put(entry, 'import "./fonts.css";\nimport "./more.css";\nimport "@kit/fonts/a/one.woff2";\n');
    project.files.put(project.at("src/fonts.css"), sheet);
    project.files.put(project.at("src/more.css"), sheet);
    const { diagnostics } = await bundle(project, {
      side: "client",
      mode: "production",
      entries: [entry],
      publicPath: "/b/",
      define: {},
      missing: new Map(),
      loaders: { ".woff2": "file" },
    });
    return diagnostics;
  } finally {
    project.release();
  }
}

const parts = [["archive"], ["file"]] as const;

it.each(parts)("A package whose %s is refused for good is one error, which says why", async (failing) => {
  const diagnostics = await diagnosticsWhen(failing, large);
  const message = 'Cannot read the package "@kit/fonts": The package "@kit/fonts" is too large for a preview.';
  expect(diagnostics).toEqual([
    expect.objectContaining({ severity: "error", message: expect.stringContaining(message) }),
  ]);
});

it.each(parts)(
  "A build fails, and may be repeated, while the registry does not answer for a package's %s",
  async (failing) => {
    await expect(diagnosticsWhen(failing, busy)).rejects.toBe(busy);
  },
);
