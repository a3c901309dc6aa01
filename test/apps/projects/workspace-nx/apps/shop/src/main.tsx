import { Button } from "@shop/ui";
import { createRoot } from "react-dom/client";
import App from "./app/app";

createRoot(document.querySelector("#root")!).render(
  <App>
    <Button label="Buy" />
  </App>,
);
