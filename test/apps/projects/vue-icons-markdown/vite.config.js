import { fileURLToPath } from "node:url";
import VueI18n from "@intlify/unplugin-vue-i18n/vite";
import Vue from "@vitejs/plugin-vue";
import IconsResolver from "unplugin-icons/resolver";
import Icons from "unplugin-icons/vite";
import Components from "unplugin-vue-components/vite";
import Markdown from "unplugin-vue-markdown/vite";
import { defineConfig } from "vite";
import Pages from "vite-plugin-pages";
import own from "./package.json" with { type: "json" };

process.env.VITE_OWN_VERSION = own.version;

export default defineConfig({
  plugins: [
    Vue({ include: [/\.vue$/, /\.md$/] }),
    Markdown({ wrapperClasses: "text" }),
    Pages({ extensions: ["vue", "md"] }),
    Components({ dts: false, resolvers: [IconsResolver()] }),
    Icons({ scale: 2 }),
    VueI18n({ include: [fileURLToPath(new URL("./src/locales/**", import.meta.url))] }),
  ],
});
