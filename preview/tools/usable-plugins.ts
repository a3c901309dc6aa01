import { ToolFailure } from "./tool-runner.ts";

/**
 * Runs a tool with a project's plugins, without those that fail.
 *
 * @param run runs the tool with some plugins; `isTrial` asks for a run without inputs
 * @returns the output, or null without a usable plugin, and the reason for each failed plugin by its name
 */
export async function runUsable<P extends { name: string }, Output>(
  plugins: P[],
  run: (used: P[], isTrial: boolean) => Promise<Output>,
): Promise<{ output: Output | null; failed: Map<string, string> }> {
  try {
    return { output: await run(plugins, false), failed: new Map() };
  } catch (failure) {
    if (!(failure instanceof ToolFailure)) throw failure;
    // A failing plugin does not stop the others.
    const failed = new Map<string, string>();
    for (const plugin of plugins) {
      const reason = plugins.length === 1 ? failure.message : await failureOf(run([plugin], true));
      if (reason !== null) failed.set(plugin.name, reason);
    }
    // Each plugin ends when it runs alone, so the timeout is due to their combination or these inputs.
    if (failed.size === 0) for (const { name } of plugins) failed.set(name, failure.message);
    const usable = plugins.filter(({ name }) => !failed.has(name));
    return { output: usable.length === 0 ? null : await run(usable, false), failed };
  }
}

async function failureOf(run: Promise<unknown>): Promise<string | null> {
  try {
    await run;
    return null;
  } catch (failure) {
    if (!(failure instanceof ToolFailure)) throw failure;
    return failure.message;
  }
}
