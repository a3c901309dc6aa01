import whole, { Name, People } from "./q.graphql";

const kinds = [whole, Name, People].map(({ kind, definitions }) => `${kind} ${definitions.length}`);
const root = document.getElementById("root");
if (root) root.textContent = kinds.join(", ");
