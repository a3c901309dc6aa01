import "virtual:windi-base.css";
import "virtual:windi-components.css";
import "virtual:windi-utilities.css";
import "./own.css";

document.querySelector("#app").innerHTML = `<h2>Title</h2>
<button class="own-button underline">Button</button>
<p class="sm:(text-lg font-bold) applied" m="t-8">Grouped</p>`;
