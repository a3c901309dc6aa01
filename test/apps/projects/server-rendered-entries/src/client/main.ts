import "./late.css";

const line = document.querySelector("p");
if (line !== null) line.textContent += " and seas";
