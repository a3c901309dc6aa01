import { optimizeCssModules } from "vite-plugin-optimize-css-modules";

export default {
  plugins: [optimizeCssModules({ apply: undefined, dictionary: "river" })],
  css: { preprocessorOptions: { scss: { additionalData: "$deep: teal;\n" } } },
};
