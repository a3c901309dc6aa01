import type { AppFile } from "../apps.ts";
import { call, type Outcome, type Part, type Play, type Task } from "../turn.ts";
import { type Access, allowed } from "./access.ts";
import { brief, callTools } from "./call-tools.ts";
import { checked, leftOver } from "./repair.ts";
import { pathsIn } from "./results.ts";

export type BuildStep = { text: string; message: string; files: AppFile[] };

export type Probe = { method: string; path: string; body?: unknown };

export type Building = {
  /** The outcome of `list_files`, when the request offers that tool. */
  listed: Outcome | undefined;
  steps: BuildStep[];
  /** The host that the app's server calls. */
  access?: Access | undefined;
  /** Requests that verify that the app responds. */
  probes?: Probe[];
  closing: string;
};

/**
 * Writes one batch. When the batch is rejected, lists the project again and retries once.
 * @returns the error, if any
 */
export function* written(task: Task, { text, message, files }: BuildStep): Part<string | undefined> {
  const write = call("write_files", { files, message });
  const [first] = yield* callTools(task, text, write);
  if (!first) return "this request offers no tool that writes files";
  if (!first.isError) return undefined;
  const paths = files.map((file) => file.path);
  yield* callTools(
    task,
    `That was refused: ${brief(first.text)} I look at what is there now.`,
    call("list_files"),
    call("read_files", { paths }),
  );
  const [second] = yield* callTools(task, "Now the batch again.", write);
  return second?.isError ? second.text : undefined;
}

function* probed(task: Task, probes: Probe[]): Part<string> {
  const calls = probes.map(({ method, path, body }) =>
    call("request_preview", {
      method,
      path,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    }),
  );
  const outcomes = yield* callTools(task, "It builds. Now I call the running app, to see that it answers.", ...calls);
  const failed = outcomes.find((outcome: Outcome) => outcome.isError);
  if (!failed) return "";
  const [logs] = yield* callTools(
    task,
    `The app did not answer as it should: ${brief(failed.text)} I look at its logs.`,
    call("read_logs"),
  );
  return `\n\nOne request to the app failed: ${brief(failed.text)}${logs && !logs.isError ? ` The logs say: ${brief(logs.text)}` : ""}`;
}

/** The common course of building an app: write the batches, check, ask for access, probe the app, and summarise. */
export function* build(task: Task, { listed, steps, access, probes = [], closing }: Building): Play {
  const present = new Set(pathsIn(listed));
  const replaced = steps.flatMap((step) => step.files.map((file) => file.path)).filter((path) => present.has(path));
  if (replaced.length > 0) {
    yield* callTools(
      task,
      "Some of the files I need are there already. I read them before I replace them.",
      call("read_files", { paths: replaced }),
    );
  }
  for (const step of steps) {
    const wrong = yield* written(task, step);
    if (wrong) return { text: `I could not write the files: ${brief(wrong)}. Nothing of this batch was changed.` };
  }
  const errors = yield* checked(task, "All files are written. I check that the project builds.");
  if (errors.length > 0) return { text: `${closing}${leftOver(errors)}` };
  const missing = access === undefined ? "" : yield* allowed(task, access);
  const trouble = probes.length > 0 ? yield* probed(task, probes) : "";
  return { text: `${closing}${missing}${trouble}` };
}
