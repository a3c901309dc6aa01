import "./style.css";

document.querySelector("#app").textContent = "an app that says it has no side effects";
