import { Button } from "vant";
import { createApp, h } from "vue";

createApp({ render: () => h(Button, { type: "primary" }, () => "Green tea") }).mount("#app");
