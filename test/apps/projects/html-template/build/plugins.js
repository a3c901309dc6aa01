import { createHtmlPlugin } from "vite-plugin-html";

const data = { title: "Filled in", style: "<style>h1 { color: rgb(1, 2, 3) }</style>" };

export const plugins = createHtmlPlugin({ minify: false, entry: "/src/main.js", inject: { data } });
