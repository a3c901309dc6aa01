// Runs before the first paint, so that a chosen theme never flashes the other one.
// Where the browser blocks storage, reading it throws; then the system's theme is shown.
try {
  const chosen = localStorage.getItem("edgesmith-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch (error) {
  console.warn("The chosen theme cannot be read:", error);
}
