import { greet } from "../src/greet";

document.querySelector("#root")!.textContent = greet("about");
