const root = document.getElementById("root");
if (root) root.textContent = "filled by index.ts";
