import { resolve } from "node:path";
import handlebars from "vite-plugin-handlebars";
import pug from "vite-plugin-pug";

export default {
  root: "src",
  plugins: [
    handlebars({
      partialDirectory: resolve(import.meta.dirname, "src/partials"),
      context: (path) => ({ path, title: "Shop", items: [{ name: "Tea" }, { name: "Milk & salt" }] }),
      helpers: { loud: (text) => text.toUpperCase() },
    }),
    pug({ pretty: true }, { prices: { Tea: 3, Milk: 2 } }),
  ],
};
