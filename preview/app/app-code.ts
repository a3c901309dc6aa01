import { objectsOf, type ServerCode, storesOf } from "../project/server.ts";
import type { Variables } from "./egress/app-settings.ts";

/** An app's code with the variables in its `env`, which it cannot run without. */
export type Code = { server: ServerCode; variables: Variables };

/** The platform's own code, which has the databases while the app's does not run. */
export const KEEPER: Code = {
  server: {
    id: "data",
    script: 'import { DurableObject } from "cloudflare:workers";\nexport class App extends DurableObject {}\n',
    sourceMap: "",
    hasApp: true,
  },
  variables: { id: "", values: {} },
};

/** Identifies code with its variables: the same id always means both the same. */
export const idOf = ({ server, variables }: Code): string => `${server.id}:${variables.id}`;

/** Whether a server keeps data in facets, which run the code of one server at a time. */
export const hasData = (server: ServerCode): boolean => {
  const { databases, namespaces } = storesOf(server);
  return server.hasApp || objectsOf(server).length + databases.length + namespaces.length > 0;
};
