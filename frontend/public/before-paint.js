// Before the first paint: the chosen theme, the opening of the first page for who was signed in, and Ctrl or Cmd + K, which a
// project's page answers later. Where the browser blocks storage, reading it throws; then the app shows the opening.
const { dataset } = document.documentElement;
addEventListener("keydown", (event) => {
  if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || !/^\/projects\/[^/]+$/.test(location.pathname)) return;
  if (!event.defaultPrevented) dataset.find = location.pathname;
  event.preventDefault();
});
try {
  const chosen = localStorage.getItem("edgesmith-theme");
  if (chosen === "light" || chosen === "dark") dataset.theme = chosen;
  if (location.pathname === "/" && localStorage.getItem("edgesmith-signed-in") !== null) dataset.opening = "";
} catch (error) {
  console.warn("The stored settings cannot be read:", error);
}
