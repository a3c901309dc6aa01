import { defineConfig } from "vite";
import commonjs from "@rollup/plugin-commonjs";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import replace from "@rollup/plugin-replace";
import alias from "@rollup/plugin-alias";
import url from "@rollup/plugin-url";
import image from "@rollup/plugin-image";
import virtual from "@rollup/plugin-virtual";
import strip from "@rollup/plugin-strip";
import dsv from "@rollup/plugin-dsv";
import terser from "@rollup/plugin-terser";
export default defineConfig({ plugins: [
  commonjs(), nodeResolve(),
  replace({ preventAssignment: true, __NAME__: JSON.stringify("Ada"), "process.env.MODE_X": '"x"' }),
  alias({ entries: [{ find: "here", replacement: "/src/here" }, { find: /^part-(.*)$/, replacement: "/src/part-$1.js" }] }),
  virtual({ made: "export const made = 42;" }),
  strip({ functions: ["log.debug"], include: "**/*.js" }),
  dsv(), image(), url(), terser(),
] });
