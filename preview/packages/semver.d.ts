/** The functions of `semver` used here; the package ships without types. */
declare module "semver" {
  export function compare(one: string, other: string): -1 | 0 | 1;
  export function major(version: string): number;
  export function maxSatisfying(versions: string[], range: string): string | null;
  export function prerelease(version: string): readonly (string | number)[] | null;
  export function gte(a: string, b: string, loose?: boolean): boolean;
  export function intersects(a: string, b: string, loose?: boolean): boolean;
  export function rcompare(a: string, b: string, loose?: boolean): number;
  export function satisfies(
    version: string,
    range: string,
    options?: boolean | { loose?: boolean; includePrerelease?: boolean },
  ): boolean;
  export function valid(version: string, loose?: boolean): string | null;
  export function validRange(range: string, loose?: boolean): string | null;
}
