import { defineConfig } from "vite";
import { fileURLToPath } from "node:url";

export default defineConfig({
  resolve: {
    alias: [
      { find: /^~(.+)$/, replacement: fileURLToPath(new URL("./src/$1", import.meta.url)) },
      { find: "icons", replacement: "/src/drawings" },
      { find: /^old-(.*)$/, replacement: "@/$1" },
      { find: "@", replacement: fileURLToPath(new URL("./src", import.meta.url)) },
    ],
  },
});
