import styleImport from "vite-plugin-style-import";

// The plugin reads imports with a version of es-module-lexer that has no build without WebAssembly.
export default {
  plugins: [
    styleImport({
      libs: [{ libraryName: "vant", esModule: true, resolveStyle: (name) => `vant/es/${name}/style/index` }],
    }),
  ],
};
