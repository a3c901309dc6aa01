import messages from "@intlify/unplugin-vue-i18n/messages";
import routes from "~pages";
import { createApp } from "vue";
import { createI18n } from "vue-i18n";
import { createRouter, createWebHistory } from "vue-router";
import App from "./App.vue";

const router = createRouter({ history: createWebHistory(), routes });
createApp(App)
  .use(createI18n({ legacy: false, locale: "de", messages }))
  .use(router)
  .mount("#app");
