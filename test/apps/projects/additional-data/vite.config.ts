import { basename, resolve } from "node:path";
import { defineConfig } from "vite";

const isVariables = (path: string) => basename(path).startsWith("_");

export default defineConfig({
  resolve: { alias: { "@": resolve(import.meta.dirname, "src") } },
  css: {
    preprocessorOptions: {
      scss: {
        additionalData: (content: string, path: string) =>
          isVariables(path) ? content : `@use "@/styles/variables" as *;\n${content}`,
      },
      less: { additionalData: (content: string, path: string) => `@name: "${basename(path)}";${content}` },
    },
  },
});
