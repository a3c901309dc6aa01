import "@fontsource/roboto-mono/400.css";
import "@fontsource-variable/inter";
import "./main.css";

document.querySelector("#root")!.innerHTML = "<code>monospaced words</code> <b>variable words</b>";
const faces = await Promise.all([document.fonts.load("16px Roboto Mono"), document.fonts.load("16px Inter Variable")]);
document.body.dataset.faces = faces.map((found) => String(found.length > 0)).join();
