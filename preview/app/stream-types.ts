import type { Environment } from "../environment.ts";
import type { Grant } from "../gateway/access-headers.ts";
import { noPackages } from "../packages/installed-packages.ts";
import { Registry } from "../packages/registry.ts";
import { workspaceOf } from "../packages/workspace.ts";
import { appFolderOf } from "../project/app-folder.ts";
import { readManifest } from "../project/manifest.ts";
import { sourceFiles } from "../project/source-files.ts";
import { ToolIsolates } from "../tools/tool-isolates.ts";
import { aliasPaths } from "../types/alias-paths.ts";
import { checkRequest } from "../types/check-request.ts";
import libraries from "../types/libraries.txt";
import platform from "../types/platform.txt";
import { planTypes, readTypes } from "./check-project.ts";
import { keptPlansOf } from "./kept-plans.ts";
import { readTree } from "./read-tree.ts";

/**
 * The files of a project to which a type checker resolves imports. Lock files are large, and no module imports them.
 */
const OWN = /^(?!.*(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$).*\.(?:[cm]?[jt]sx?|json)$/;
/** The maximum bytes. A browser holds the data in memory several times over. */
const MOST_OWN = 8_000_000;
const MOST_DECLARATIONS = 12_000_000;
/**
 * Changes with the declarations that every project receives, so that a browser with older declarations reads them
 * again.
 */
const EDITION = `${libraries.length}-${platform.length}`;

/**
 * Streams the files that the type checker reads for a revision, as the JSON of the contract's `ProjectTypes`. Package
 * versions are those of the preview.
 * @param known key of the packages that the caller already has; the stream omits their declarations
 * @returns null when the project's files exceed the RPC limit
 */
export async function streamTypes(
  env: Environment,
  grant: Grant,
  projectId: string,
  known: string,
): Promise<ReadableStream<Uint8Array> | null> {
  const tree = await readTree(env, grant, projectId);
  if (tree === null) return null;
  const files = sourceFiles(tree);
  const app = appFolderOf(files);
  const { manifest } = readManifest(app);
  const registry = new Registry(env.NPM_REGISTRY);
  const installation = await planTypes(files, app.root, manifest, { registry, plans: keptPlansOf(env, projectId) });
  const versions = installation?.packages.map(({ folder, version }) => `${folder}@${version}`) ?? [];
  const key = await hashOf([EDITION, ...versions.toSorted()].join("\n"));
  const isKnown = key === known;
  const packages = isKnown ? noPackages : await readTypes(installation, registry);
  const workspace = installation?.workspace ?? workspaceOf(files);
  const aliases = await aliasPaths(app, manifest, workspace, new ToolIsolates(env.LOADER, registry));
  const { files: own, packageFiles, options } = checkRequest(files, app, { manifest, packages, workspace, aliases });
  return byteStream(
    (function* () {
      yield `{"revision":${grant.revision},"options":${JSON.stringify(options)},"files":[`;
      yield* listed(
        within(
          [...own].filter(([path]) => OWN.test(path)),
          MOST_OWN,
        ),
      );
      if (isKnown) return yield `],"packages":{"key":"${key}","complete":true,"files":null}}`;
      const decoder = new TextDecoder();
      const declared = within([...packageFiles], MOST_DECLARATIONS);
      const isRead = packages !== noPackages;
      const isComplete = isRead && declared.length === packageFiles.size;
      yield `],"packages":{"key":"${key}","complete":${isComplete},"files":[`;
      yield* listed([["lib.d.ts", libraries], ["edgesmith-platform.d.ts", platform], ...declared], decoder);
      yield "]}}";
    })(),
  );
}

/** Omits the files that would exceed a total size. */
function within<T extends { length: number }>(files: [string, T][], most: number): [string, T][] {
  let bytes = 0;
  return files.filter(([, { length }]) => {
    if (bytes + length > most) return false;
    bytes += length;
    return true;
  });
}

function* listed(files: [string, string | Uint8Array][], decoder = new TextDecoder()): Generator<string> {
  for (const [index, [path, content]] of files.entries()) {
    const text = typeof content === "string" ? content : decoder.decode(content);
    yield `${index === 0 ? "" : ","}${JSON.stringify({ path, content: text })}`;
  }
}

/** Returns a byte stream that creates its parts on demand. RPC forwards only byte streams. */
function byteStream(parts: Iterator<string, unknown>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const { done, value } = parts.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel() {
      parts.return?.();
    },
  });
}

async function hashOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
