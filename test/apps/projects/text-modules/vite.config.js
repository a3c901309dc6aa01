import string from "vite-plugin-string";

export default { plugins: [string({ include: ["**/*.tpl", "**/*.shader"], compress: false })] };
