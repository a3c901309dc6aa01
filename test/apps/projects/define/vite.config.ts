import { defineConfig } from "vite";
import manifest from "./package.json" with { type: "json" };

export default defineConfig(({ mode }) => ({
  define: {
    __VERSION__: JSON.stringify(manifest.version),
    __FLAGS__: { dark: true, columns: 3 },
    __MODE__: JSON.stringify(mode),
    "import.meta.env.BUILT_BY": '"a person"',
  },
}));
