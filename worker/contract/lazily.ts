/**
 * Postpones building an object until one of its members is first read. Schemas take most of a Worker's start-up time,
 * and an isolate serves few of the routes.
 * @param build runs at most once
 * @returns an object with the members of the built one
 */
export function lazily<T extends object>(build: () => T): T {
  let built: T | undefined;
  const object = () => {
    built ??= build();
    return built;
  };
  const later: ProxyHandler<T> = {
    get: (_target, name) => Reflect.get(object(), name),
    has: (_target, name) => Reflect.has(object(), name),
    ownKeys: () => Reflect.ownKeys(object()),
    getOwnPropertyDescriptor: (_target, name) => Reflect.getOwnPropertyDescriptor(object(), name),
  };
  return new Proxy(Object.create(null), later);
}
