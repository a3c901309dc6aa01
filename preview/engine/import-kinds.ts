import type { ImportKind } from "esbuild-wasm";

/** The kinds of imports that only scripts have. */
export const CODE_KINDS: readonly ImportKind[] = ["import-statement", "dynamic-import", "require-call"];

/** The kinds of imports that style sheets have. */
export const STYLE_KINDS: readonly ImportKind[] = ["import-rule", "url-token", "composes-from"];
