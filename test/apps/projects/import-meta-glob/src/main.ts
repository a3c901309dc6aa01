const lazy = import.meta.glob("./pages/*.ts");
const eager = import.meta.glob<{ title: string }>("./pages/*.ts", { eager: true });
const titles = import.meta.glob<string>(["./pages/*.ts", "!**/hidden.ts"], { eager: true, import: "title" });
const texts = import.meta.glob<string>("./texts/**/*.md", { eager: true, query: "?raw", import: "default" });

const parts = [
  Object.keys(lazy).join(","),
  Object.values(eager).map(({ title }) => title).join(","),
  Object.values(titles).join(","),
  Object.entries(texts).map(([path, text]) => `${path}=${text.trim()}`).join(","),
];
const loaded = (await lazy["./pages/first.ts"]!()) as { title: string };
document.querySelector("#root")!.textContent = [...parts, loaded.title].join(" | ");
