import "./main.css";

document.querySelector("#root")!.innerHTML = "<article><h2>nested</h2><p>text</p></article>";
