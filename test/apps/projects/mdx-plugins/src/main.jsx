import { createRoot } from "react-dom/client";
import Page, { matter } from "./pages/one.mdx";

createRoot(document.querySelector("#root")).render(
  <article>
    <h1>{matter.title}</h1>
    <Page />
  </article>,
);
