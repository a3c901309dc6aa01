import type { Plan } from "../config/index.ts";

/** Files that tools write, that no person keeps small, and that an app cannot do without. */
const generated =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.ya?ml|bun\.lockb?|deno\.lock|composer\.lock|Gemfile\.lock|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|go\.sum|[^/]+\.d\.[cm]?ts)$/;
const generatedBytes = 2 * 1024 * 1024;

/** How many bytes a file may have: its owner's plan's, and for lock files and generated declarations a limit of their own. */
export const fileLimit = (path: string, plan: Plan): number =>
  generated.test(path) ? Math.max(generatedBytes, plan.fileBytes) : plan.fileBytes;
