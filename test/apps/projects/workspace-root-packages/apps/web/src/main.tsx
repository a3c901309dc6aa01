import { idLength, onceOf } from "@acme/hooks";
import { labelOf } from "@features/labels/label";
import { waitOf } from "@names/wait";
import mitt from "mitt";
import { render } from "preact";

const events = mitt<{ name: string }>();
const names: string[] = [];
events.on("name", (name) => names.push(name));
events.emit("name", onceOf("mitt"));

render(
  <p>
    {names.join()} {idLength()} {labelOf(true)} {waitOf("2 days")}
  </p>,
  document.querySelector("#app") as Element,
);
