import "virtual:uno.css";
import "./main.css";

const main = document.querySelector("main");
if (main !== null) {
  main.className = "card round-7";
  main.innerHTML = `<p class="note">Applied</p><b text="red-500" class="font-(bold mono)">Grouped</b><i class="i-lucide-leaf w-6 h-6 inline-block"></i>`;
}
