import type { EnvironmentTarget } from "../../../worker/contract/index.ts";

/** The labels of the apps that a value can apply to. */
export const targetLabels: Record<EnvironmentTarget, string> = {
  both: "Preview and published app",
  preview: "Preview only",
  public: "Published app only",
};

/** Parses a form's selected target. */
export function targetOf(value: unknown): EnvironmentTarget {
  return value === "preview" || value === "public" ? value : "both";
}
