import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { defineConfig, type Plugin } from "vite";
import { Opening } from "./src/projects/opening.tsx";

/** Modules of the first page, in one file: several files compress worse and take more requests. */
const shell = [
  /node_modules\/(?:react|react-dom|scheduler|@tanstack\/(?:react-query|query-core)|wouter|regexparam|openapi-fetch)\//,
  /node_modules\/lucide-react\/dist\/esm\/(?:icons\/(?:arrow-up|copy|file-archive|folder-up|paperclip|pencil|trash(?:-2)?)\.|(?!icons))/,
  /frontend\/src\/api\/(?!account|admin|agents|app-environment|data|growing|live|parse-event|publishing|runs|sharing|triggers)/,
  /frontend\/src\/ui\/(?!checks|dialog|focus|follow-end|menu|select|place-toasts|use-media|use-popup|use-window)/,
  /frontend\/src\/(?:main|app)\.tsx$/,
  /frontend\/src\/(?:chat\/(?:attach-button|attach-events|attach-files|attachments|drafts?|long-text-note|prompt-limit|use-send-when-read)|projects\/(?:lazy-dialogs|drop-zone|import-button|opening|project-card|projects-page|prompt-box|use-duplicate|use-import|use-start)|sign-in\/(?:use-session|redirect-target))\.tsx?/,
];

/** Writes the opening of the first page into index.html. */
const opening: Plugin = {
  name: "edgesmith-opening",
  transformIndexHtml: (html) => html.replace("<!-- opening -->", renderToStaticMarkup(createElement(Opening))),
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), opening],
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
      output: {
        codeSplitting: {
          groups: [
            { name: "shell", priority: 1, test: (id) => shell.some((part) => part.test(id)) },
            // The shell names every file that a page needs: fewer of them make it smaller.
            { name: "shared", minShareCount: 3, test: /frontend\/src\/(?!chat\/kept-)|lucide-react/ },
          ],
        },
      },
    },
  },
});
