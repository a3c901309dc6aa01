import init from "./add.wasm?init";

const { exports } = await init();
const add = exports.add as (one: number, other: number) => number;
document.querySelector("#root")!.textContent = `sum ${add(40, 2)}`;
