import Doubler from "./doubler?worker";

const worker = new Doubler();
worker.onmessage = (event) => {
  document.querySelector("#root")!.textContent = `twice is ${event.data}`;
};
worker.postMessage(21);
