// The projects of the preview's benchmark: one for each kind of package that people use, and a change of one file.
import { readPackageUses } from "../../test/apps/app-case.ts";
import type { ProjectFiles } from "../../test/preview/serve-preview.ts";

export type BenchProject = {
  name: string;
  files: ProjectFiles;
  /** The file that a person changes. */
  changed: string;
  /** The project after a change that makes the page say the word. */
  withWord(word: string): ProjectFiles;
  /** An expression that is true once the page says the word. */
  says(word: string): string;
};

const WORD = "unchanged";
const REACT = { react: "19.3.1", "react-dom": "19.3.1" };

/** Ten modules of the project's own, so that a change of one file is not a change of all of them. */
const sections: ProjectFiles = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [
    `src/sections/section-${index}.ts`,
    `export const rows${index} = Array.from({ length: ${index + 1} }, (_, row) => ({ id: row, label: \`row \${row}\` }));\n`,
  ]),
);
const sectionImports = Array.from(
  { length: 10 },
  (_, index) => `import { rows${index} } from "./sections/section-${index}";`,
);
const sectionSum = Array.from({ length: 10 }, (_, index) => `rows${index}.length`).join(" + ");

const page = (script: string): string =>
  `<!doctype html>\n<html lang="en">\n  <head><meta charset="UTF-8" /><title>Bench</title></head>\n  <body><div id="root"></div><script type="module" src="${script}"></script></body>\n</html>\n`;

function project(
  name: string,
  dependencies: Record<string, string>,
  main: string,
  files: Record<string, string>,
): BenchProject {
  const [changed = "", source = ""] = Object.entries(files)[0] ?? [];
  const all: ProjectFiles = {
    "package.json": JSON.stringify({ name: "bench", private: true, type: "module", dependencies }, null, 2),
    "index.html": page(`/${main}`),
    ...sections,
    ...files,
  };
  return {
    name,
    files: all,
    changed,
    withWord: (word) => ({ ...all, [changed]: source.replaceAll(WORD, word) }),
    says: (word) => `document.body.innerText.includes(${JSON.stringify(word)})`,
  };
}

const reactMain = `import { createRoot } from "react-dom/client";
import { App } from "./App";

createRoot(document.getElementById("root")!).render(<App />);
`;

/** A React project whose `App` has these imports and shows this. */
const reactProject = (
  name: string,
  dependencies: Record<string, string>,
  imports: string,
  shown: string,
): BenchProject =>
  project(name, { ...REACT, ...dependencies }, "src/main.tsx", {
    "src/App.tsx": `${imports}\n${sectionImports.join("\n")}\n\nexport function App() {\n  return <main><h1>${WORD}</h1><p>{${sectionSum}}</p>${shown}</main>;\n}\n`,
    "src/main.tsx": reactMain,
  });

export const corpus: BenchProject[] = [
  reactProject("react", {}, 'import { useState } from "react";', ""),
  reactProject(
    "lucide-react",
    { "lucide-react": "1.75.0" },
    'import { Camera, Heart } from "lucide-react";',
    "<Camera /><Heart />",
  ),
  reactProject(
    "mui",
    { "@mui/material": "9.5.0", "@emotion/react": "11.14.0", "@emotion/styled": "11.14.1" },
    'import { Button, Card, TextField } from "@mui/material";',
    '<Card><TextField label="name" /><Button variant="contained">go</Button></Card>',
  ),
  reactProject(
    "chakra",
    { "@chakra-ui/react": "3.38.0", "@emotion/react": "11.14.0" },
    'import { Button, ChakraProvider, defaultSystem } from "@chakra-ui/react";',
    "<ChakraProvider value={defaultSystem}><Button>go</Button></ChakraProvider>",
  ),
  reactProject(
    "recharts",
    { recharts: "3.11.1", "react-is": "19.3.1" },
    'import { Line, LineChart, XAxis } from "recharts";',
    '<LineChart width={300} height={200} data={rows9}><XAxis dataKey="label" /><Line dataKey="id" /></LineChart>',
  ),
  project("three", { three: "0.187.0" }, "src/main.ts", {
    "src/main.ts": `import { BoxGeometry, Mesh, MeshBasicMaterial, Scene } from "three";\n${sectionImports.join("\n")}\n\nconst scene = new Scene();\nscene.add(new Mesh(new BoxGeometry(), new MeshBasicMaterial()));\ndocument.getElementById("root")!.textContent = \`${WORD} \${scene.children.length + ${sectionSum}}\`;\n`,
  }),
  project("plain-ts", {}, "src/main.ts", {
    "src/main.ts": `${sectionImports.join("\n")}\n\ndocument.getElementById("root")!.textContent = \`${WORD} \${${sectionSum}}\`;\n`,
  }),
  project("vue", { vue: "3.5.45" }, "src/main.ts", {
    "src/App.vue": `<script setup lang="ts">\nimport { ref } from "vue";\n${sectionImports.join("\n")}\nconst count = ref(${sectionSum});\n</script>\n\n<template><h1>${WORD} {{ count }}</h1></template>\n\n<style scoped>\nh1 { color: teal; }\n</style>\n`,
    "src/main.ts": 'import { createApp } from "vue";\nimport App from "./App.vue";\n\ncreateApp(App).mount("#root");\n',
  }),
  project("svelte", { svelte: "5.57.3" }, "src/main.ts", {
    "src/App.svelte": `<script lang="ts">\n  ${sectionImports.join("\n  ")}\n  let count = $state(${sectionSum});\n</script>\n\n<h1>${WORD} {count}</h1>\n\n<style>\n  h1 { color: teal; }\n</style>\n`,
    "src/main.ts":
      'import { mount } from "svelte";\nimport App from "./App.svelte";\n\nmount(App, { target: document.getElementById("root")! });\n',
  }),
];

/** Uses of packages from a list such as test/apps/packages.json. The page shows the word in a property of its window. */
export const packageCorpus = (file: string): BenchProject[] =>
  readPackageUses(file).map(({ name, files }) => {
    const main = String(files["src/main.tsx"]);
    const withWord = (word: string): ProjectFiles => ({
      ...files,
      "src/main.tsx": `${main}\nReflect.set(window, "benchWord", ${JSON.stringify(word)});\n`,
    });
    const says = (word: string): string => `window.benchWord === ${JSON.stringify(word)}`;
    return { name, files: withWord(WORD), changed: "src/main.tsx", withWord, says };
  });
