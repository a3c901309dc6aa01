import "./style.css";

const root = document.getElementById("root");
if (root) root.innerHTML = '<p class="text-xl">home <span class="icon-[lucide--house] text-red-500"></span></p>';
