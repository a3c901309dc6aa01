import { sum } from "@lib/sum";

document.querySelector("#root")!.textContent = `the sum is ${sum(19, 23)}`;
