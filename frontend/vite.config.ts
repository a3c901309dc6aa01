import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Modules of the first page, in one file: several files compress worse and take more requests. */
const shell = [
  /node_modules\/(?:react|react-dom|scheduler|@tanstack\/(?:react-query|query-core)|wouter|regexparam|openapi-fetch)\//,
  /node_modules\/lucide-react\/dist\/esm\/(?:icons\/(?:arrow-up|copy|file-archive|folder-up|paperclip|pencil|trash(?:-2)?)\.|(?!icons))/,
  /frontend\/src\/api\/(?!account|admin|agents|app-environment|data|growing|live|parse-event|publishing|runs|sharing|triggers)/,
  /frontend\/src\/ui\/(?!checks|dialog|focus|menu|select|use-media|use-window)/,
  /frontend\/src\/(?:chat\/(?:attach-button|attach-events|attachments|drafts?|long-text-note|prompt-limit)|projects\/(?:lazy-dialogs|use-duplicate|use-import)|sign-in\/(?:use-session|redirect-target))\.tsx?/,
];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  // wouter's fallback for React before version 18.
  resolve: { alias: { "use-sync-external-store/shim/index.js": "react" } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    sourcemap: false,
    // Every browser of the target preloads modules itself.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "shell", test: (id) => shell.some((part) => part.test(id)) }] } },
    },
  },
});
