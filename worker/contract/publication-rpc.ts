// The part of the entry point `Builder` that publishes and stages apps. Types only.

import type { BuildReport } from "./build-report.ts";
import type { CallTrace } from "./preview-fault.ts";

export type PublicationRpc = {
  /** Builds a revision for production without publishing it, so that a failure shows before `publish`. */
  preparePublication(capability: string, projectId: string, revision: number, trace?: CallTrace): Promise<BuildReport>;
  /**
   * Publishes the app at a revision on its public origin. A failed build changes nothing.
   * @param number counts the project's publications and their ends; a call with a lower number than an earlier one is
   *   ignored
   * @param build the publication whose stored build becomes public again; absent to build the revision
   * @param staged the staging whose stored build the publication takes, byte for byte
   */
  publish(
    capability: string,
    projectId: string,
    revision: number,
    number: number,
    build?: number,
    staged?: number,
  ): Promise<BuildReport>;
  /** Builds a revision for production without staging it, so that a failure shows before `stage`. */
  prepareStaging(capability: string, projectId: string, revision: number, trace?: CallTrace): Promise<BuildReport>;
  /**
   * Stages the app at a revision at its staging address. A failed build changes nothing.
   * @param number counts the project's stagings and their ends; a call with a lower number than an earlier one is ignored
   */
  stage(capability: string, projectId: string, revision: number, number: number): Promise<BuildReport>;
  /** Ends a staged app and deletes its data. */
  discardStaging(projectId: string, number: number): Promise<void>;
  /** Removes the app from its public origin; the data of its visitors stays. */
  unpublish(projectId: string, number: number): Promise<void>;
};
