import {
  defineConfig,
  presetAttributify,
  presetIcons,
  presetWind3,
  transformerDirectives,
  transformerVariantGroup,
} from "unocss";
import { brand } from "./src/brand";

export default defineConfig({
  content: { pipeline: { include: [/\.ts$/, /\.html$/] } },
  presets: [presetWind3(), presetAttributify(), presetIcons()],
  transformers: [transformerDirectives(), transformerVariantGroup()],
  theme: { colors: { brand } },
  shortcuts: { card: "p-6 bg-brand" },
  rules: [[/^round-(\d+)$/, ([, size]) => ({ "border-radius": `${size}px` })]],
});
