import { sign } from "sign";

document.querySelector("#root")!.textContent = sign("local");
