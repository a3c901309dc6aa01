import { scopedName } from "@trees/vite-config/names";
import { defineConfig } from "vite";
import { builtBy } from "../vite-config/src/built-by";

export default defineConfig({
  plugins: [builtBy("the shared plugin")],
  css: { modules: { generateScopedName: scopedName } },
  resolve: { alias: { "@kit": "../kit/src" } },
});
