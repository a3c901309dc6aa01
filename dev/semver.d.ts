/** The functions of `semver` used here; the package ships without types. */
declare module "semver" {
  export function major(version: string): number;
  export function maxSatisfying(versions: string[], range: string): string | null;
}
