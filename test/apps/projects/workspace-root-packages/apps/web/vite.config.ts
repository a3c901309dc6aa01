import { resolve } from "node:path";
import preact from "@preact/preset-vite";

export default {
  plugins: [preact()],
  resolve: {
    alias: {
      "@features": resolve(__dirname, "../../features"),
      "@names": resolve(__dirname, "../../libs/names/src"),
    },
  },
};
