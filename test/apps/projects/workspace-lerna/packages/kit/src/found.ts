const modules = import.meta.glob("../../web/src/pages/*.ts", { eager: true, import: "title" });
const written = import.meta.glob("../../texts/*.txt", { eager: true, query: "?raw", import: "default" });

export const pages = Object.keys(modules).map((path) => modules[path]);
export const texts = Object.values(written).map((text) => String(text).trim());
