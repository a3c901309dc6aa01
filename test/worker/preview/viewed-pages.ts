const html = (body: string, style = "") =>
  `<!doctype html><html lang="en"><head><title>A list</title><style>${style}</style></head><body>${body}</body></html>`;

/** The pages that viewers are tested with, by path. `OTHER_ORIGIN` and `COOKIES` are filled in by the server. */
export const pages: Record<string, string> = {
  list: html(`<h1>Things to do</h1>
    <form><label>Thing <input name="thing"></label><button>Add</button></form><ul></ul>
    <script>
      document.querySelector("form").addEventListener("submit", (event) => {
        event.preventDefault();
        const item = document.createElement("li");
        item.textContent = new FormData(event.target).get("thing");
        document.querySelector("ul").append(item);
        history.pushState(null, "", "/list?added");
      });
    </script>`),
  covered: html(
    `<button onclick="document.title = 'Saved'">Save</button><div class="veil"></div>`,
    ".veil { position: fixed; inset: 0; }",
  ),
  white: html(
    `<p class="note">Nobody sees this</p><p class="dark">Everybody sees this</p><p class="on-photo">On a picture</p>`,
    ".note { color: #fff; background: white; } .on-photo { color: #fff; background: linear-gradient(black, black); }",
  ),
  failing: html(`<button onclick="missing.call()">Try</button>
    <script>console.error("it went wrong", 7); console.warn("careful"); fetch("/none.json"); alert("Hello");</script>`),
  leaking: html(`<p>Leaks</p><img src="OTHER_ORIGIN/image">
    <script>
      fetch("OTHER_ORIGIN/fetch", { mode: "no-cors" }).catch(() => {});
      navigator.sendBeacon("OTHER_ORIGIN/beacon", "x");
      new WebSocket("OTHER_ORIGIN/socket".replace("http", "ws"));
      new Worker(URL.createObjectURL(new Blob(['new WebSocket("OTHER_ORIGIN/worker-socket".replace("http", "ws")); fetch("OTHER_ORIGIN/worker", { mode: "no-cors" })'])));
      new Worker("/worker.js");
      document.body.append(Object.assign(document.createElement("iframe"), { src: "OTHER_ORIGIN/frame" }));
      open("OTHER_ORIGIN/window");
      setTimeout(() => { location.href = "OTHER_ORIGIN/navigation"; }, 100);
    </script>`),
  cookies: html(
    `<p>Cookies: COOKIES</p><script>document.cookie = "seen=before"; localStorage.setItem("seen", "before");</script>`,
  ),
  tall: html(`<div style="height: 3000px">Tall</div>`),
  "worker.js":
    'new WebSocket("OTHER_ORIGIN/own-worker-socket".replace("http", "ws")); fetch("OTHER_ORIGIN/own-worker", { mode: "no-cors" });',
};
