/** The environments of the wrangler.toml files that are deployed. */
export const ENVIRONMENTS = ["production", "preview"] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

/**
 * Reads the environment that a command is for: `--env preview` or `--env=preview`; production without it.
 * @throws Error for another name
 */
export function environmentIn(args: readonly string[]): EnvironmentName {
  const place = args.findIndex((arg) => arg === "--env" || arg.startsWith("--env="));
  if (place < 0) return "production";
  const name = args[place]?.includes("=") ? args[place].slice("--env=".length) : args[place + 1];
  const known = ENVIRONMENTS.find((one) => one === name);
  if (known === undefined) throw new Error(`--env is one of ${ENVIRONMENTS.join(", ")}.`);
  return known;
}
