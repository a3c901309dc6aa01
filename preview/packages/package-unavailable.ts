/** Thrown where a package cannot be had. `temporary`: asking again later may help. */
export class PackageUnavailable extends Error {
  readonly temporary: boolean;
  constructor(message: string, temporary: boolean) {
    super(message);
    this.temporary = temporary;
  }
}
