import { clsx } from "clsx@2.1.1";
import { nanoid } from "short-ids";

const root = document.getElementById("root");
if (root) {
  const letters = `${nanoid(4).length} letters by another name`;
  root.textContent = `${clsx("one", { two: true, three: false })} by a name with a version ${letters}`;
}
