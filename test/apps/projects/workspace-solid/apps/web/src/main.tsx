import { render } from "solid-js/web";
import { Counter } from "@trees/ui";

render(() => <Counter start={2} />, document.querySelector("#root")!);
