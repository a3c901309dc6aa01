import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import type { TrainingExample } from "../../worker/agents/index.ts";

const isAsset = /\.(md|bin)$/;

/** The lessons the router learns from. Wrangler bundles Markdown and binary files as modules; here Node is told to. */
export async function loadAgents(): Promise<TrainingExample[]> {
  const hooks = registerHooks({
    load(url, context, next) {
      if (!isAsset.test(url)) return next(url, context);
      return { format: "module", source: moduleOf(url), shortCircuit: true };
    },
  });
  try {
    const { builtIn } = await import("../../worker/agents/agent-registry.ts");
    const { lessonsOf } = await import("../../worker/agents/routing/training-examples.ts");
    const { packedLessons } = await import("../../worker/agents/routing/training-corpus.ts");
    return [...builtIn.list().flatMap(lessonsOf), ...packedLessons()];
  } finally {
    hooks.deregister();
  }
}

const moduleOf = (url: string): string =>
  url.endsWith(".md")
    ? `export default ${JSON.stringify(readFileSync(new URL(url), "utf8"))};`
    : `export default Uint8Array.from(atob("${readFileSync(new URL(url)).toString("base64")}"), (letter) => letter.charCodeAt(0));`;
