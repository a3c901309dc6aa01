import { resolve } from "node:path";

export default {
  resolve: {
    alias: [
      { find: /^~/, replacement: `${resolve(import.meta.dirname, "node_modules")}/` },
      { find: "map", replacement: resolve(import.meta.dirname, "./node_modules/leaflet/dist/leaflet-src.esm.js") },
    ],
  },
};
