import styles, { bigTitle } from "./a.module.css";

document.querySelector("h1").className = bigTitle;
const names = Object.keys(styles).filter((name) => name !== "big-title");
document.querySelector("#names").textContent = names.sort().join();
