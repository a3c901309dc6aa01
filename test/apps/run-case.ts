// Publishes one case and says whether it shows what its author means.
import { randomBytes } from "node:crypto";
import type { Browser } from "@playwright/test";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { ServedPreview } from "../preview/serve-preview.ts";
import type { AppCase } from "./app-case.ts";
import { type Rendering, render } from "./rendering.ts";

export type CaseResult = {
  name: string;
  ok: boolean;
  /** Why it is not as it should be; empty where it is. */
  reason: string;
  diagnostics: Diagnostic[];
  durationMs: number;
  rendering?: Rendering;
};

export type RunOptions = {
  /** Looks at the preview of the revision, a build for development, and not at the published app. */
  asPreview?: boolean;
  withScreenshot?: boolean;
  /** How long the check may take to come true. */
  waitMs?: number;
};

/** A project's id that no other project has, of the shape that has a public origin. */
export const newProjectId = (): string => `prj_${randomBytes(8).toString("hex")}`;

/**
 * Publishes a case, opens it, and evaluates its check.
 * @returns whether the check holds without an error in the console, or the diagnostic says what the case says
 */
export async function runCase(
  browser: Browser,
  preview: ServedPreview,
  { name, files, check, says, path = "/" }: AppCase,
  { asPreview = false, withScreenshot = false, waitMs = 5_000 }: RunOptions = {},
): Promise<CaseResult> {
  const projectId = newProjectId();
  const built = await (asPreview ? preview.build(projectId, files) : preview.release(projectId, files));
  const { report, durationMs } = built;
  const result = { name, diagnostics: report.diagnostics, durationMs: Math.round(durationMs) };
  const isSaid =
    says !== undefined && report.diagnostics.some(({ message }) => message.toLowerCase().includes(says.toLowerCase()));
  if (isSaid) return { ...result, ok: true, reason: "" };
  if (!report.ok) return { ...result, ok: false, reason: `not built: ${told(report.diagnostics)}` };
  const url = asPreview ? built.url : built.url + path;
  const rendering = await render(browser, url, check, waitMs, withScreenshot);
  const complaint = complaintOf(rendering, check, says);
  await preview.forget(projectId);
  return { ...result, ok: complaint === "", reason: complaint, rendering };
}

function complaintOf({ holds, errors, text }: Rendering, check: string | undefined, says: string | undefined): string {
  const seen =
    errors.length > 0
      ? `console: ${errors.join("; ").slice(0, 300)}`
      : `the page says ${JSON.stringify(text.slice(0, 80))}`;
  if (check === undefined && says !== undefined) return `no diagnostic says ${JSON.stringify(says)}; ${seen}`;
  if (!holds) return `the check is false; ${seen}`;
  return errors.length > 0 ? seen : "";
}

/** The first errors of a report, with their places, in one line. */
export function told(diagnostics: Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const lines = errors.slice(0, 3).map(({ path, line, message }) => `${path}:${line} ${message}`);
  return lines.join("; ").replace(/\s+/g, " ").slice(0, 300);
}
