import card from "./card.tpl";
import shader from "./scene.shader";

document.querySelector("p").textContent = `${card.trim()} ${shader.trim()}`;
