const worker = new Worker(new URL("./count.ts", import.meta.url), { type: "module" });
worker.addEventListener("message", ({ data }) => {
  document.querySelector("#root")!.textContent = `the worker made ${data} characters`;
});
worker.postMessage(16);
