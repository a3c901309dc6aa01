import path from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv, mergeConfig } from "vite";
import tsconfigPaths from "vite-tsconfig-paths";
import { shared } from "../../config/vite.shared";

export default defineConfig(({ mode }) => {
  const { VITE_COMPANY } = loadEnv(mode, path.resolve(process.cwd(), "../.."));
  return mergeConfig(shared, {
    plugins: [react(), tsconfigPaths({ root: "../../" })],
    envDir: "../../",
    define: { __WIDTH__: JSON.stringify(`${VITE_COMPANY.length * 3} px`) },
    resolve: {
      alias: [
        { find: "@ui", replacement: path.resolve(__dirname, "../../packages/ui/src") },
        { find: /^@texts\/(.*)$/, replacement: fileURLToPath(new URL("../../packages/texts/$1", import.meta.url)) },
        { find: "@", replacement: path.join(import.meta.dirname, "src") },
      ],
    },
  });
});
