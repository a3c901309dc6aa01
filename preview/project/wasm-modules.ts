import type { Plugin } from "esbuild-wasm";
import { CODE_KINDS } from "../engine/import-kinds.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import { wasmInit, wasmInterface } from "../vite/index.ts";

const NAMESPACE = "wasm-module";
const RESOLVING = { resolving: NAMESPACE };

/**
 * Returns the plugin that imports WebAssembly as a module, by the ECMAScript integration that vite-plugin-wasm follows:
 * the instance's exports by name, and its imports from the modules beside it.
 */
export function wasmModules(project: MountedProject): Plugin {
  return {
    name: "wasm-modules",
    setup(build) {
      build.onResolve({ filter: /\.wasm$/ }, async ({ path, kind, importer, resolveDir, namespace, pluginData }) => {
        const isCode = CODE_KINDS.includes(kind) && namespace !== NAMESPACE;
        if (pluginData === RESOLVING || !isCode) return undefined;
        const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: RESOLVING });
        return found.errors.length > 0 || found.external ? found : { path: found.path, namespace: NAMESPACE };
      });
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path }) => {
        const content = (await project.files.read(path)) ?? "";
        const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
        try {
          return { contents: moduleOf(path, bytes), loader: "js", resolveDir: path.slice(0, path.lastIndexOf("/")) };
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          return { errors: [{ text: error.message }] };
        }
      });
    },
  };
}

function moduleOf(path: string, bytes: Uint8Array): string {
  const { imports, exports } = wasmInterface(bytes);
  const imported = imports.map((module, at) => `import * as import${at} from ${JSON.stringify(module)};\n`);
  const object = imports.map((module, at) => `${JSON.stringify(module)}: import${at}`);
  const exported = exports.map(
    (name, at) =>
      `const export${at} = exports[${JSON.stringify(name)}];\nexport { export${at} as ${JSON.stringify(name)} };`,
  );
  const init = wasmInit("ADDRESS").replaceAll('"ADDRESS"', "address").replace("export default async", "async");
  return `import address from ${JSON.stringify(`${path}?url`)};
${imported.join("")}${init}
const { exports } = await init({ ${object.join(", ")} });
${exported.join("\n")}
`;
}
