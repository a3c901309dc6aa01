import fragment from "./shaders/main.frag";
import vertex from "./shaders/main.vert";

const texts = [vertex, fragment].map((text) => text.replace(/\s+/g, " ").trim());

document.querySelector("p").textContent = texts.join(" | ");
