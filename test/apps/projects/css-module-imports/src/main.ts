import styles from "./card.module.css";

const root = document.querySelector("#root")!;
const named = ["card", "frame", "rule", "wide"].map((name) => `<p id="${name}" class="${styles[name]}">${name}</p>`);
root.innerHTML = `${named.join("")}<p id="plain" class="frame rule wide">plain</p>`;
