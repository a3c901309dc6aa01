/** The functions of `semver` used here; the package ships without types. */
declare module "semver" {
  export function intersects(one: string, other: string): boolean;
  export function satisfies(version: string, range: string): boolean;
  export function validRange(range: string): string | null;
}
