import { greet } from "./greet";

document.querySelector("#root")!.textContent = greet("contact");
