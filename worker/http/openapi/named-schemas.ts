// Names the schemas that code generators would otherwise number: inline bodies, and the members of unions, which get a
// discriminator. It works on the document, so that the routes in the contract need no annotation.

export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  discriminator?: { propertyName: string; mapping: Record<string, string> };
  [other: string]: unknown;
};
export type Schemas = Record<string, Schema>;

const prefix = "#/components/schemas/";

/** @returns `run.completed` or `deleteProject` in PascalCase, as a part of a schema's name */
export const pascal = (text: string): string =>
  text.replaceAll(/(?:^|[^A-Za-z0-9])([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Collects the components of a document while it names schemas. */
export class NamedSchemas {
  readonly schemas: Schemas;

  constructor(schemas: Schemas) {
    this.schemas = {};
    for (const [name, schema] of Object.entries(schemas)) this.schemas[name] = schema;
    for (const [name, schema] of Object.entries(schemas)) this.schemas[name] = this.#settled(schema, name);
  }

  /**
   * Registers an object or union of an operation as a component.
   * @param name the component's name
   * @returns a reference to it; any other schema as it is
   */
  named(schema: Schema, name: string): Schema {
    const settled = this.#settled(schema, name);
    const isNamed = settled.properties ?? settled.oneOf ?? settled.anyOf ?? settled.allOf;
    return isNamed === undefined ? settled : this.#component(name, settled);
  }

  #component(name: string, schema: Schema): Schema {
    const before = this.schemas[name];
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(schema)) {
      throw new Error(`two schemas of the document have the name ${name}`);
    }
    this.schemas[name] = schema;
    return { $ref: `${prefix}${name}` };
  }

  /**
   * @param name the schema's own name, or its path
   * @returns the schema with the unions inside it named
   */
  #settled(schema: Schema, name: string): Schema {
    const settled: Schema = { ...schema };
    if (schema.properties) {
      settled.properties = Object.fromEntries(
        Object.entries(schema.properties).map(([key, value]) => [key, this.#settled(value, `${name}${pascal(key)}`)]),
      );
    }
    if (schema.items) settled.items = this.#settled(schema.items, `${name}Item`);
    for (const key of ["oneOf", "anyOf", "allOf"] as const) {
      const members = schema[key];
      if (members) settled[key] = members.map((member) => this.#settled(member, name));
    }
    return this.#discriminated(nullable(settled), name);
  }

  #discriminated(schema: Schema, name: string): Schema {
    const { oneOf, anyOf, ...rest } = schema;
    const members = oneOf ?? anyOf;
    if (members === undefined || members.length < 2 || schema.discriminator) return schema;
    const propertyName = this.#tagOf(members);
    if (propertyName === null) return schema;
    const mapping: Record<string, string> = {};
    const named = members.map((member) => {
      const value = this.#valueOf(member, propertyName) ?? "";
      const ref = member.$ref === undefined ? this.#component(`${name}${pascal(value)}`, member) : member;
      mapping[value] = ref.$ref ?? "";
      return ref;
    });
    return { ...rest, oneOf: named, discriminator: { propertyName, mapping } };
  }

  /** @returns the property that discriminates the members of a union; null when no property does */
  #tagOf(members: Schema[]): string | null {
    const names = Object.keys(this.#resolved(members[0] ?? {}).properties ?? {});
    const tells = (name: string) => {
      const values = members.map((member) => this.#valueOf(member, name));
      return !values.includes(null) && new Set(values).size === members.length;
    };
    return names.find(tells) ?? null;
  }

  #valueOf(member: Schema, property: string): string | null {
    const value = this.#resolved(member).properties?.[property];
    const only = value?.enum?.length === 1 ? value.enum[0] : value?.const;
    return typeof only === "string" ? only : null;
  }

  #resolved = (schema: Schema): Schema =>
    schema.$ref === undefined ? schema : (this.schemas[schema.$ref.slice(prefix.length)] ?? {});
}

/**
 * Rewrites a nullable component: the generator writes it as `allOf` of the component and null, which no value
 * satisfies.
 */
function nullable(schema: Schema): Schema {
  const { allOf, ...rest } = schema;
  const [component, other] = allOf ?? [];
  if (allOf?.length !== 2 || component?.$ref === undefined || !other || !Array.isArray(other.type)) return schema;
  const { type, ...annotations } = other;
  return type.includes("null") ? { ...rest, ...annotations, anyOf: [component, { type: "null" }] } : schema;
}
