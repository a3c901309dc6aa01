import sheet from "./loose.css?inline";
import poem from "./poem.txt?raw";
import where from "./poem.txt?url";
import picture from "./dot.png?inline";

const style = document.createElement("style");
style.textContent = sheet;
document.head.append(style);
const read = await (await fetch(where)).text();
document.querySelector("#root")!.innerHTML = `<p id="text">${poem.trim()} ${read === poem} ${picture.startsWith("data:image/png;base64,")}</p>`;
