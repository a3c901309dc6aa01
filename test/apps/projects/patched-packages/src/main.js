import clsx from "clsx";
import mitt from "mitt";
import { urlAlphabet } from "nanoid";

document.querySelector("#app").textContent = [mitt(), clsx("a"), urlAlphabet.slice(0, 7)].join(" | ");
