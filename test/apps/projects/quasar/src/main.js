import { Quasar } from "quasar";
import "quasar/src/css/index.sass";
import "./plain.sass";
import { createApp } from "vue";
import App from "./App.vue";

createApp(App).use(Quasar, { plugins: {} }).mount("#app");
