const names: string[] = await (await fetch("/data/names.json")).json();
document.querySelector("#root")!.textContent = names.join(" and ");
