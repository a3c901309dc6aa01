import clsx from "clsx";
import get from "just-safe-get";

document.querySelector("#root")!.textContent = `${clsx("a", { b: true })} ${get({ x: { y: 5 } }, "x.y")}`;
