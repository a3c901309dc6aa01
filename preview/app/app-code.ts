import { objectsOf, type ServerCode, storesOf } from "../project/server.ts";
import type { Variables } from "./egress/app-settings.ts";

/** An app's code and the variables of its `env`, which the code needs to run. */
export type Code = { server: ServerCode; variables: Variables };

/** The platform's own code, which opens the databases while the app's code is not running. */
export const KEEPER: Code = {
  server: {
    id: "data",
    script: 'import { DurableObject } from "cloudflare:workers";\nexport class App extends DurableObject {}\n',
    sourceMap: "",
    hasApp: true,
  },
  variables: { id: "", values: {} },
};

/** Returns an id for code together with its variables: equal ids always mean equal code and equal variables. */
export const idOf = ({ server, variables }: Code): string => `${server.id}:${variables.id}`;

/** Whether a server keeps data in facets, which run the code of one server at a time. */
export const hasData = (server: ServerCode): boolean => {
  const { databases, namespaces } = storesOf(server);
  return server.hasApp || objectsOf(server).length + databases.length + namespaces.length > 0;
};
