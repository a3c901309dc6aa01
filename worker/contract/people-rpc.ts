// The types of generated apps' people, between the API Worker and the preview Worker. Types only.

/** The two apps of a project that have variables, secrets and grants of their own. */
export type AppTarget = "preview" | "public";

/** A running app of a project. The staged app has the preview's variables, secrets and grants, and its own data and people. */
export type AppKind = AppTarget | "staging";

/** Who may use a published app: everyone, or only people whom the owner has invited. */
export type VisitorAccess = "everyone" | "invited";

/** A person of an app, for the app's owner. Timestamps are RFC 3339. */
export type PersonRecord = {
  id: string;
  email: string;
  name: string;
  roles: string[];
  /** `invited` until the person has signed in for the first time. */
  status: "active" | "invited";
  createdAt: string;
  lastSeenAt: string | null;
};

/** An invitation. `token` signs the person in once, within a week. */
export type Invitation = { person: PersonRecord; token: string };

/** A mail to a person that the preview Worker sends through the API Worker. */
export type VisitorMail = {
  projectId: string;
  to: string;
  /** The address that signs the person in. */
  link: string;
};

/** The part of the entry point `Builder` that manages an app's people. */
export type PeopleRpc = {
  /** Lists people by id, at most `limit` after `after`. */
  listPeople(app: PeopleOf, page: { after: string | null; limit: number }): Promise<PersonRecord[]>;
  /**
   * Adds a person, or invites an existing person again.
   * @returns null when the app has the maximum number of people
   */
  invitePerson(app: PeopleOf, person: { email: string; name: string; roles: string[] }): Promise<Invitation | null>;
  /** Changes a person's name or roles, from their next request on. Returns null when the person does not exist. */
  updatePerson(app: PeopleOf, id: string, change: { name?: string; roles?: string[] }): Promise<PersonRecord | null>;
  /** Removes a person and ends their sessions. Returns whether there was one. */
  removePerson(app: PeopleOf, id: string): Promise<boolean>;
  /** Reads who may use the published app. */
  visitorAccess(projectId: string): Promise<VisitorAccess>;
  /** Sets who may use the published app, and closes all sockets. */
  setVisitorAccess(projectId: string, access: VisitorAccess): Promise<void>;
};

export type PeopleOf = { projectId: string; target: AppKind };
