import { lazy, Suspense, use } from "react";
import { createRoot } from "react-dom/client";

// A compiled ES module, whose default export is the component.
const CountUp = lazy(() => import("react-countup"));

async function names() {
  const { default: merge, all } = await import("deepmerge");
  const fonts = await import(/* webpackChunkName: "fonts" */ "webfontloader");
  const merged = { ...merge({ a: 1 }, { b: 2 }), ...all([{ c: 3 }, { d: 4 }]) };
  return `${JSON.stringify(merged)} ${typeof fonts.load} ${typeof fonts.default.load}`;
}

const found = names();

function App() {
  return (
    <p>
      <CountUp end={7} duration={0} /> {use(found)}
    </p>
  );
}

createRoot(document.getElementById("root")).render(
  <Suspense fallback="…">
    <App />
  </Suspense>,
);
