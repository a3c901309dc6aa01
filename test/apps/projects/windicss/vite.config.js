import WindiCSS from "vite-plugin-windicss";

export default { plugins: [WindiCSS({ safelist: "underline" })] };
