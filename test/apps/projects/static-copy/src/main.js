const addresses = [
  "copied/texts/yes.txt",
  "copied/texts/more/deep.txt",
  "flat/deep.txt",
  "texts/one.txt",
  "leaflet/images/layers.png",
  "fonts/LICENSE_FOXIT",
];
const list = document.querySelector("ul");
for (const address of addresses) {
  const response = await fetch(import.meta.env.BASE_URL + address);
  const isPage = (response.headers.get("content-type") ?? "").includes("text/html");
  const item = document.createElement("li");
  const { size } = await response.blob();
  item.textContent = `${address}: ${response.ok && !isPage ? size : "missing"}`;
  list.append(item);
}
list.dataset.ready = "yes";
