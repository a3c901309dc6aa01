document.querySelector("#root")!.textContent = "only the page that is reached";
