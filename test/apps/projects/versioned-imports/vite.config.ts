import { defineConfig } from "vite";

export default defineConfig({
  resolve: {
    alias: {
      "clsx@2.1.1": "clsx",
      "short-ids": "nanoid",
    },
  },
});
