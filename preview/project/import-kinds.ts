import type { ImportKind } from "esbuild-wasm";

/** The kinds of imports that scripts have, and style sheets do not. */
export const CODE_KINDS: readonly ImportKind[] = ["import-statement", "dynamic-import", "require-call"];
