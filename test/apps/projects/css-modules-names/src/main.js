import { createApp } from "vue";
import App from "./App.vue";
import styles, { bigTitle } from "./card.module.css";
import sub from "./sub.module.scss";

document.querySelector("h1").className = bigTitle;
document.querySelector("#sub").className = sub.subLine;
createApp(App).mount("#app");
document.querySelector("#names").textContent = JSON.stringify([styles, sub, document.querySelector("#own").className]);
