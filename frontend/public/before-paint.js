// Runs before the first paint, so that a chosen theme never flashes the other one, and that who was signed in sees the
// opening of the first page at once. Where the browser blocks storage, reading it throws; then the system's theme is
// shown, and the opening by the app.
try {
  const { dataset } = document.documentElement;
  const chosen = localStorage.getItem("edgesmith-theme");
  if (chosen === "light" || chosen === "dark") dataset.theme = chosen;
  if (location.pathname === "/" && localStorage.getItem("edgesmith-signed-in") !== null) dataset.opening = "";
} catch (error) {
  console.warn("The stored settings cannot be read:", error);
}
