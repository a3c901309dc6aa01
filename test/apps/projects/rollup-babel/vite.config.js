import { babel } from "@rollup/plugin-babel";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [
    babel({ babelHelpers: "bundled", extensions: [".js"], plugins: [["transform-define", { VERSION: "1.2.3" }]] }),
  ],
});
