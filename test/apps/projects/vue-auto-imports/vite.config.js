import vue from "@vitejs/plugin-vue";
import components from "unplugin-vue-components/vite";

export default { plugins: [vue(), components({ dts: false })] };
