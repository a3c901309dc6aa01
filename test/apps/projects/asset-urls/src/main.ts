import imported from "./dot.png";
import "./style.css";

const sources = [imported, new URL("./dot.png", import.meta.url).href, new URL(`./dots/${["blue"][0]}.png`, import.meta.url).href];
document.querySelector("#root")!.innerHTML = sources.map((source) => `<img class="script" src="${source}" alt="">`).join("") + '<i id="styled">styled</i>';
