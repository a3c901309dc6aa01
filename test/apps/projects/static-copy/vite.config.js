import { createRequire } from "node:module";
import path from "node:path";
import { defineConfig, normalizePath } from "vite";
import { viteStaticCopy } from "vite-plugin-static-copy";

const require = createRequire(import.meta.url);
const fonts = normalizePath(path.join(path.dirname(require.resolve("pdfjs-dist/package.json")), "standard_fonts"));

export default defineConfig({
  plugins: [
    viteStaticCopy({
      targets: [
        { src: "texts", dest: "copied" },
        { src: "texts/more/*.txt", dest: "flat", rename: { stripBase: true } },
        { src: ["texts/*.txt", "!texts/no.txt"], dest: ".", rename: "one.txt" },
        { src: "node_modules/leaflet/dist/images", dest: "leaflet", rename: { stripBase: 3 } },
        { src: `${fonts}/LICENSE_*`, dest: "fonts", rename: { stripBase: true } },
      ],
    }),
  ],
});
