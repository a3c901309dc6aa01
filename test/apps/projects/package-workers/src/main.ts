import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker?worker";
import First from "~/threads/first?worker";

// The editor's own worker: it answers nothing before it is initialized, and reports a script that it cannot load.
const editor = new EditorWorker();
editor.onerror = () => document.body.append("The editor's worker failed.");
const module = new Worker(new URL("tslib/modules/index.js", import.meta.url), { type: "module" });
module.onerror = () => document.body.append("The package's module failed.");

const first = new First();
first.onmessage = ({ data }) => {
  document.querySelector("#root")!.textContent = `${data}, ${editor instanceof Worker}`;
};
