import { resolve } from "node:path";
import { defineConfig } from "vite";

const root = resolve(import.meta.dirname, "src");

export default defineConfig({
  root,
  build: { rollupOptions: { input: { main: resolve(root, "index.html"), notes: resolve(root, "pages/notes/index.html") } } },
});
