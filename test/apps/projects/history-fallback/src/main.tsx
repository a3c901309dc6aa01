import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter, Link, Route, Routes } from "react-router";

const Plant = lazy(() => import("./Plant"));

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <BrowserRouter>
      <Link to="/">home</Link>
      <Suspense fallback="loading">
        <Routes>
          <Route path="/" element={<h1>home</h1>} />
          <Route path="/plants/:name" element={<Plant />} />
        </Routes>
      </Suspense>
    </BrowserRouter>
  </StrictMode>,
);
