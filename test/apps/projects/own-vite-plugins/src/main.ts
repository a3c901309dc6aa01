import { rivers } from "virtual:facts";
import lines, { path, title } from "./content/one.chapter";

declare const __BUILT_BY__: string;
declare const __COMMAND_KNOWN__: boolean;

type Chapter = { title: string };
const all = import.meta.glob<Chapter>("./content/*.chapter", { eager: true });
const titles: string[] = Object.values(all).map((chapter) => chapter.title);
const by: string = __BUILT_BY__;
const parts = [rivers.join(), title, lines.length, path, titles.join("+"), by, __COMMAND_KNOWN__];
(document.querySelector("#app") as HTMLElement).textContent = parts.join(" | ");
