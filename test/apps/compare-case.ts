// Compares a case with `vite build` of the same files.
import type { AppCase } from "./app-case.ts";
import { differencesOf } from "./compare-renderings.ts";
import { type Rendering, render } from "./rendering.ts";
import { type CaseResult, runCase } from "./run-case.ts";
import type { Stage } from "./stage.ts";
import { buildWithVite, installProject, serveSite } from "./vite-project.ts";

/**
 * Publishes a case, and compares its rendering with that of the same project built by Vite.
 * @throws Error if the reference cannot be built, or does not pass the check
 */
export async function compareCase(stage: Stage, one: AppCase): Promise<CaseResult> {
  const result = await runCase(stage, one);
  const hasReference = one.noReference === undefined && one.says === undefined;
  if (!hasReference) return result;
  if (!result.ok && (await isRefusedByNpm(stage, one, result))) return { ...result, ok: true, reason: "" };
  if (!result.ok || result.rendering === undefined) return result;
  const reference = await renderReference(stage, one);
  const differences = differencesOf(result.rendering, reference);
  return differences.length === 0 ? result : { ...result, ok: false, reason: differences.join("; ") };
}

/** Whether the diagnostics report a dependency version that does not exist. npm cannot install it either. */
async function isRefusedByNpm(stage: Stage, { files }: AppCase, { diagnostics }: CaseResult): Promise<boolean> {
  if (!diagnostics.some(({ message }) => message.includes("has no version that matches"))) return false;
  const refusal = await installProject(files, stage.registryUrl).then(
    () => "",
    (error: unknown) => String(error),
  );
  return refusal.includes("ETARGET") || refusal.includes("No matching version");
}

/** Builds and opens a case as its author would. */
export async function renderReference(
  stage: Stage,
  { name, files, check, root, path = "/" }: AppCase,
): Promise<Rendering> {
  const folder = await installProject(files, stage.registryUrl);
  const site = await serveSite(await buildWithVite(folder, { root }));
  try {
    const rendering = await render(stage.browser, site.url + path, { check, waitMs: 5_000 });
    if (rendering.holds) return rendering;
    const seen = JSON.stringify([rendering.text.slice(0, 80), ...rendering.errors]);
    throw new Error(`${name}: the check is false with Vite, too: ${seen}`);
  } finally {
    await site.stop();
  }
}
