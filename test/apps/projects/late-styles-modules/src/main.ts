import own from "./main.module.css";

const root = document.querySelector("#root")!;
root.innerHTML = `<h1 class="${own.title}">own</h1>`;
const paddingOf = () => getComputedStyle(document.querySelector("h1")!).paddingTop;
const before = paddingOf();
const pages = import.meta.glob<{ show: (root: Element) => void }>("./pages/*.ts");
for (const path of Object.keys(pages).sort()) (await pages[path]!()).show(root);
root.append(`${before} ${paddingOf()}`);
