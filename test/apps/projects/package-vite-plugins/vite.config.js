import virtual from "@rollup/plugin-virtual";
import replace from "unplugin-replace/vite";
import inject from "vite-plugin-html-inject";
import json5 from "vite-plugin-json5";

export default {
  plugins: [
    replace({ values: { __LONGEST__: JSON.stringify("Elbe") } }),
    virtual({ "virtual:unit": "export default 'km'" }),
    json5(),
    inject(),
  ],
};
