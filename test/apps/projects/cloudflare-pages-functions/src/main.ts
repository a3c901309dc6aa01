const response = await fetch("/api/hello/pages");
document.querySelector("#root")!.textContent = `${await response.text()} ${response.headers.get("x-from")}`;
