/** The one function of `picomatch` that the preview calls; the package ships without types. */
declare module "picomatch/posix" {
  export default function picomatch(
    patterns: string[],
    options?: {
      dot?: boolean;
      nocase?: boolean;
      noextglob?: boolean;
      ignore?: string[];
      /** Returns the regular expression of a range in braces. */
      expandRange?: (from: string, to: string) => string;
    },
  ): (path: string) => boolean;
}
