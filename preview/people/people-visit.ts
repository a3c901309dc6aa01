import type { HostedApp } from "../app/hosted-app.ts";
import type { Environment } from "../environment.ts";
import type { AppPeople } from "./app-people.ts";

/** `AppPeople` in the app's object, called from the gateway. */
type RemotePeople = {
  [Name in keyof AppPeople]: AppPeople[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/**
 * A visit to the sign-in pages. `network`: the network for which attempts are counted, null when they are not;
 * `framed`: whether pages of another site frame the app.
 */
export type PeopleVisit = {
  request: Request;
  url: URL;
  env: Environment;
  app: HostedApp;
  people: RemotePeople;
  network: string | null;
  framed: boolean;
};
