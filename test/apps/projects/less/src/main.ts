import "./main.less";

document.querySelector("#root")!.innerHTML = "<h1>less</h1><p>text</p>";
