import plugin from "windicss/plugin";
import { defineConfig } from "windicss/helpers";

export default defineConfig({
  attributify: true,
  theme: { extend: { colors: { brand: "#123456" } } },
  shortcuts: { "own-button": "rounded-lg bg-brand text-white px-3" },
  plugins: [plugin(({ addBase }) => addBase({ h2: { letterSpacing: "3px" } }))],
});
