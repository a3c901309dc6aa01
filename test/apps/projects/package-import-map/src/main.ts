import { mode } from "#mode";
import { tree } from "#words/tree";

document.querySelector("#root")!.textContent = `${tree} ${mode}`;
