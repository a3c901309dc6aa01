import clsx from "clsx";

document.querySelector("#root")!.textContent = clsx("a client", "that uses one");
