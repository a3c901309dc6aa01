import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  defaultSettings,
  defines,
  parseSuffix,
  readEnv,
  readPage,
  svgComponent,
  transformModule,
  writePage,
} from "../../../preview/vite/index.ts";

describe("Vite's conventions in workerd", () => {
  it("Vite's conventions read variables in workerd as in Node", () => {
    const file = [
      "VITE_Z=z # comment",
      "export VITE_A='a #b'",
      `VITE_B="x\\ny \${VITE_Z}"`,
      "VITE_C=`multi\nline`",
      "  VITE_D = spaced  ",
      "VITE_E=$VITE_MISSING",
      "OTHER=o",
      "VITE_F=$OTHER",
    ].join("\n");
    expect(readEnv(new Map([[".env", file]]), { root: "", mode: "development" }).values).toEqual({
      VITE_Z: "z",
      VITE_A: "a #b",
      VITE_B: "x\ny z",
      VITE_C: "multi\nline",
      VITE_D: "spaced",
      VITE_E: "",
      VITE_F: "o",
    });
  });

  it("Vite's conventions define constants, expand modules and make components in workerd", () => {
    const options = { mode: "production" as const, base: "/", ssr: false };
    expect(defines({ VITE_A: "a" }, options).define["import.meta.env.VITE_A"]).toBe('"a"');
    const context = { files: new Set(["src/main.ts", "src/a.ts"]), root: "", publicDir: "public", aliases: [] };
    const { code } = transformModule('export default import.meta.glob("./*.ts");', "src/main.ts", context);
    expect(code).toContain('"./a.ts": () => import("./a.ts")');
    expect(svgComponent('<svg fill-rule="evenodd"/>', "react")).toContain('"fillRule": "evenodd"');
    expect(parseSuffix("./a.svg?react").query.kind).toBe("component");
  });

  it("Vite's conventions write a page without modules byte for byte in workerd", async () => {
    const context = { files: new Map<string, string>(), settings: defaultSettings() };
    const piece = fc.oneof(
      fc.constantFrom(
        "<p>",
        "</p>",
        "<img src=a.png srcset='b 1x, c 2x'>",
        '<a href="x?a&amp;b">',
        "<!-- </head> -->",
        "<br/>",
        "&amp;",
      ),
      fc.constantFrom(
        "<style>p{}</style>",
        "<script>a<b</script>",
        "<head>",
        "</head>",
        "<body>",
        "<svg viewBox='0 0'/>",
        "\n",
        "é",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const html = pieces.join("");
        const parts = await readPage("index.html", html, context);
        const nothing = { script: null, preload: [], styles: [], late: [], assets: new Map(), inlineStyles: [] };
        expect(await writePage(html, parts, nothing)).toBe(html);
      }),
      { numRuns: 100 },
    );
  });
});
