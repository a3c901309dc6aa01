import { describe, expect, it } from "vitest";
import { externalImportsFirst } from "../../preview/project/external-imports.ts";

const FONT = "@import url('https://fonts.example/css2?family=A:wght@400;700&display=swap');";

describe("an import of another host in a style sheet", () => {
  it("An import that comes after rules moves to the first line, and every line keeps its number", () => {
    expect(externalImportsFirst(`p { color: red }\n${FONT}\n:root { --a: 1 }`)).toBe(
      `${FONT}p { color: red }\n\n:root { --a: 1 }`,
    );
    expect(externalImportsFirst(`@tailwind base;\n@import\n  "//b.example/c.css" layer(x);\na{}`)).toBe(
      `@import "//b.example/c.css" layer(x);@tailwind base;\n\n\na{}`,
    );
  });

  it("Several imports keep their order, behind the character set", () => {
    const css = '@charset "utf-8";\na{}@import "https://a.example/1.css";b{}@import url(https://a.example/2.css);';
    expect(externalImportsFirst(css)).toBe(
      '@charset "utf-8";@import "https://a.example/1.css";@import url(https://a.example/2.css);\na{}b{}',
    );
  });

  it("Imports that browsers follow, those of files, and texts that only look like one stay where they are", () => {
    for (const css of [
      `/* fonts */\n@layer a, b;\n@import "./a.css";\n${FONT}\np{}`,
      'p{}\n@import "./late.css";',
      `p{}\n/* ${FONT} */`,
      `p::after{content:"@import 'https://a.example/b.css';"}`,
      "p{}\n@media print { @import 'https://a.example/b.css'; }",
    ])
      expect(externalImportsFirst(css)).toBe(css);
  });
});
