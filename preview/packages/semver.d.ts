/** The three functions of `semver` used here; the package ships without types. */
declare module "semver" {
  export function maxSatisfying(versions: string[], range: string): string | null;
  export function satisfies(version: string, range: string): boolean;
  export function validRange(range: string): string | null;
}
