/** A function of `semver` that only tests use. */
declare module "semver" {
  export function minVersion(range: string): { compare(other: string): -1 | 0 | 1 } | null;
  export function intersects(one: string, other: string): boolean;
  export function validRange(range: string): string | null;
}
