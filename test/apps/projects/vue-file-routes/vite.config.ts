import vue from "@vitejs/plugin-vue";
import AutoImport from "unplugin-auto-import/vite";
import { VueRouterAutoImports } from "unplugin-vue-router";
import VueRouter from "unplugin-vue-router/vite";
import { defineConfig } from "vite";
import Layouts from "vite-plugin-vue-layouts";

export default defineConfig({
  plugins: [
    VueRouter({ dts: false }),
    vue(),
    Layouts(),
    AutoImport({
      imports: ["vue", "pinia", "@vueuse/core", VueRouterAutoImports, { "vue-router": [["RouterLink", "Anchor"]] }],
      dirs: ["./src/composables", "./src/stores"],
      vueTemplate: true,
      dts: false,
    }),
  ],
});
