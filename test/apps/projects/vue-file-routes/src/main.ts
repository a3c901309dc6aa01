import { createPinia } from "pinia";
import { createApp } from "vue";
import { setupLayouts } from "virtual:generated-layouts";
import { createRouter, createWebHistory } from "vue-router";
import { routes } from "vue-router/auto-routes";
import App from "./App.vue";

const router = createRouter({ history: createWebHistory(), routes: setupLayouts(routes) });
createApp(App).use(createPinia()).use(router).mount("#app");
