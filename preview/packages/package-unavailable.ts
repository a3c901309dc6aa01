/** Thrown for a package that cannot be installed. `temporary`: a retry may succeed. */
export class PackageUnavailable extends Error {
  readonly temporary: boolean;
  constructor(message: string, temporary: boolean) {
    super(message);
    this.temporary = temporary;
  }
}

/** Thrown for a project above the maximum number of packages. */
export class TooManyPackages extends PackageUnavailable {
  constructor(limit: number) {
    super(`More than ${limit.toLocaleString("en")} packages are needed.`, false);
  }
}
