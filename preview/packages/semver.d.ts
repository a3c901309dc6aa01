/** The functions of `semver` used here; the package ships without types. */
declare module "semver" {
  export function gte(a: string, b: string, loose?: boolean): boolean;
  export function intersects(a: string, b: string, loose?: boolean): boolean;
  export function rcompare(a: string, b: string, loose?: boolean): number;
  export function satisfies(version: string, range: string, loose?: boolean): boolean;
  export function valid(version: string, loose?: boolean): string | null;
  export function validRange(range: string, loose?: boolean): string | null;
}
