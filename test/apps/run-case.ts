// Publishes a case, and checks whether it shows what its author intended.
import { randomBytes } from "node:crypto";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { AppCase } from "./app-case.ts";
import { imported } from "./imported.ts";
import { type Rendering, render } from "./rendering.ts";
import type { Stage } from "./stage.ts";
import { within } from "./within.ts";

export type CaseResult = {
  name: string;
  ok: boolean;
  /** The reason of a failure; empty if the case passed. */
  reason: string;
  diagnostics: Diagnostic[];
  /** The time until the report arrived, in milliseconds. */
  durationMs: number;
  /** Undefined if no page was opened: the build failed, or produced the expected diagnostic. */
  rendering?: Rendering;
};

export type RunOptions = {
  /** Opens the preview of the revision, which is a development build, instead of the published app. */
  asPreview?: boolean;
  withScreenshot?: boolean;
  /** The time that the check may take to pass, in milliseconds. */
  waitMs?: number;
};

/** Exceeds the duration of any build. A build that takes longer hangs, or its runtime has crashed. */
const BUILD_DEADLINE_MS = Number(process.env.EDGESMITH_BUILD_DEADLINE_MS ?? 60_000);

/** Returns a unique project id in the format that public origins require. */
export const newProjectId = (): string => `prj_${randomBytes(8).toString("hex")}`;

/**
 * Imports a case as a zip archive, publishes it, opens it, and evaluates its check. Replaces a preview Worker that does
 * not respond.
 * @returns ok if the check passes without a console error, or a diagnostic contains the expected text
 */
export async function runCase(
  stage: Stage,
  { name, files: authored, check, says, path = "/" }: AppCase,
  { asPreview = false, withScreenshot = false, waitMs = 5_000 }: RunOptions = {},
): Promise<CaseResult> {
  const projectId = newProjectId();
  const { files, skipped } = await imported(authored);
  const { preview } = stage;
  const building = asPreview
    ? preview.build(projectId, files, 1, skipped)
    : preview.release(projectId, files, 1, skipped);
  const built = await within(building, BUILD_DEADLINE_MS).catch((error: unknown) => String(error));
  if (built === null || typeof built === "string") {
    await stage.restartPreview();
    const reason = built === null ? `no report within ${BUILD_DEADLINE_MS / 1_000} s` : `no report: ${built}`;
    return { name, ok: false, reason, diagnostics: [], durationMs: BUILD_DEADLINE_MS };
  }
  const { report, durationMs } = built;
  const result = { name, diagnostics: report.diagnostics, durationMs: Math.round(durationMs) };
  const isSaid = says !== undefined && report.diagnostics.some(({ message }) => message.includes(says));
  if (isSaid) return { ...result, ok: true, reason: "" };
  if (!report.ok) return { ...result, ok: false, reason: `not built: ${errorsIn(report.diagnostics)}` };
  const url = asPreview ? built.url : built.url + path;
  const rendering = await render(stage.browser, url, { check, waitMs, withScreenshot });
  const complaint = complaintOf(rendering, check, says);
  await preview.forget(projectId);
  return { ...result, ok: complaint === "", reason: complaint, rendering };
}

/**
 * Describes the faults of a rendering in sentences; empty without faults. A page without a check must at least show
 * something.
 */
export function complaintOf(
  { holds, isEmpty, errors, text }: Rendering,
  check: string | undefined,
  says: string | undefined,
): string {
  const seen =
    errors.length > 0
      ? `console: ${errors.join("; ").slice(0, 300)}`
      : `the page says ${JSON.stringify(text.slice(0, 80))}`;
  if (check === undefined && says !== undefined) return `no diagnostic says ${JSON.stringify(says)}; ${seen}`;
  if (!holds) return `the check is false; ${seen}`;
  if (check === undefined && isEmpty) {
    return errors.length > 0 ? `the page is empty; ${seen}` : "the page is empty, and no error says why";
  }
  return errors.length > 0 ? seen : "";
}

/** Formats the first errors of a report with their positions, in one line. */
function errorsIn(diagnostics: Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const lines = errors.slice(0, 3).map(({ path, line, message }) => `${path}:${line} ${message}`);
  return lines.join("; ").replace(/\s+/g, " ").slice(0, 300);
}
