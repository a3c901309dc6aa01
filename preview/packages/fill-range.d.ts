/** The one use of `fill-range` that the preview makes; the package ships without types. */
declare module "fill-range" {
  /** Returns a regular expression that matches each number or letter of a range, both ends included. */
  export default function fillRange(from: string, to: string, options: { toRegex: true }): string;
}
