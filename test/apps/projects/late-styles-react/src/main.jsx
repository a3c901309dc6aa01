import { lazy, Suspense, useState } from "react";
import { createRoot } from "react-dom/client";
import "./main.css";

const Report = lazy(() => import("./report.jsx"));
const Never = lazy(() => import("./never.jsx"));
const stylesOf = (selector) => {
  const { color, padding } = getComputedStyle(document.querySelector(selector));
  return `${color} ${padding}`;
};

function App() {
  const [before, setBefore] = useState(null);
  return (
    <main>
      <p className="card" id="own">own</p>
      {before === null ? (
        <button type="button" onClick={() => setBefore(`${stylesOf("#own")} ${stylesOf("body")}`)}>open</button>
      ) : (
        <Suspense fallback="loading">
          <Report before={before} />
        </Suspense>
      )}
      {location.hash === "#never" && <Never />}
    </main>
  );
}

createRoot(document.querySelector("#root")).render(<App />);
requestAnimationFrame(function open() {
  const button = document.querySelector("button");
  if (button === null) requestAnimationFrame(open);
  else button.click();
});
