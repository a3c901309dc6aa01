import "@acme/look/styles.css";
import "@acme/ui/styles.css";
import { once } from "@acme/tools";
import { upper } from "@acme/tools/text";
import { Button } from "@acme/ui";
import { createRoot } from "react-dom/client";

createRoot(document.querySelector("#app") as Element).render(<Button><i className="tracking-[7px]">{upper(once("unbuilt"))}</i></Button>);
