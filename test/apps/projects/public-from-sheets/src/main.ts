import "./parts/box.css";

const root = document.querySelector("#root")!;
root.innerHTML = '<p id="box">a dot of public/assets</p>';
