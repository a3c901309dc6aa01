import { shared } from "./shared";

const root = document.querySelector("#root")!;
const name = ["one", "two"][Number(location.hash.length > 0)];
const [{ panel }, { label }, { default: table }] = await Promise.all([
  import("./panel"),
  import(`./labels/${name}.ts`),
  import("./table.json"),
]);
root.innerHTML = `<b>${shared()} ${panel()} ${label} ${table.rows}</b>`;
