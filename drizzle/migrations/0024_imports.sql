CREATE TABLE "project_import" (
	"project_id" text PRIMARY KEY NOT NULL,
	"report" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "project_import" ADD CONSTRAINT "project_import_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
-- As before, and the bytes of lock files and type declarations do not count against the project's size, up to a limit.
CREATE OR REPLACE FUNCTION record_revision(locked project, meta jsonb, changes file_change[]) RETURNS jsonb LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  next_number integer := locked.head + 1;
  fresh text[];
  held record;
  grown bigint;
  outcome jsonb;
BEGIN
  DELETE FROM file f USING unnest(changes) AS c WHERE f.project_id = locked.id AND f.path = c.path AND c.after IS NULL;
  INSERT INTO file (project_id, path, sha256, bytes, language, encoding, revision)
    SELECT locked.id, c.path, c.after, c.bytes, c.language, c.encoding, next_number
    FROM unnest(changes) AS c WHERE c.after IS NOT NULL
    ON CONFLICT (project_id, path) DO UPDATE SET sha256 = excluded.sha256, bytes = excluded.bytes,
      language = excluded.language, encoding = excluded.encoding, revision = excluded.revision;

  SELECT array_agg(c.path) INTO fresh FROM unnest(changes) AS c WHERE c.after IS NOT NULL AND c.before IS NULL;
  IF fresh IS NOT NULL THEN PERFORM refuse_path_conflicts(locked.id, fresh); END IF;

  SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes INTO held FROM file WHERE project_id = locked.id;
  -- Looked at only where it decides: a pattern over thousands of paths would lengthen every batch.
  IF held.bytes > (meta ->> 'maxProjectBytes')::bigint AND meta ? 'uncountedPaths' THEN
    held.bytes := held.bytes - least((meta ->> 'maxUncountedBytes')::bigint, (
      SELECT coalesce(sum(f.bytes), 0) FROM file f WHERE f.project_id = locked.id AND f.path ~ (meta ->> 'uncountedPaths')));
  END IF;
  IF held.files > (meta ->> 'maxFiles')::integer OR held.bytes > (meta ->> 'maxProjectBytes')::bigint THEN
    RAISE EXCEPTION 'project too large' USING ERRCODE = 'ESPTL', DETAIL = jsonb_build_object('files', held.files,
      'bytes', held.bytes, 'maxFiles', meta -> 'maxFiles', 'maxBytes', meta -> 'maxProjectBytes')::text;
  END IF;

  INSERT INTO revision (project_id, number, op_id, author_kind, author_id, author_name, run_id, message,
      created, updated, deleted, moved)
    SELECT locked.id, next_number, meta ->> 'opId', meta #>> '{author,kind}', meta #>> '{author,id}',
      meta #>> '{author,name}', meta ->> 'runId', coalesce(meta ->> 'message', ''),
      count(*) FILTER (WHERE c.action = 'created'), count(*) FILTER (WHERE c.action = 'updated'),
      count(*) FILTER (WHERE c.action = 'deleted'), count(*) FILTER (WHERE c.action = 'moved' AND c.after IS NOT NULL)
    FROM unnest(changes) AS c;
  INSERT INTO revision_change (project_id, number, path, action, before, after, from_path, bytes, language, encoding)
    SELECT locked.id, next_number, c.path, c.action, c.before, c.after, c.source, c.bytes, c.language, c.encoding
    FROM unnest(changes) AS c;
  grown := revision_bytes() + octet_length(coalesce(meta ->> 'message', '')) + cardinality(changes) * change_bytes();
  UPDATE project SET head = next_number, updated_at = clock_timestamp(), log_bytes = log_bytes + grown WHERE id = locked.id;
  PERFORM add_stored_bytes(locked.owner_id, grown + coalesce((meta ->> 'newContentBytes')::bigint, 0),
    (meta ->> 'maxStoredBytes')::bigint);

  -- The source of a move is part of it, not a change of its own.
  SELECT jsonb_build_object('projectId', locked.id, 'revision', next_number, 'changes', coalesce(jsonb_agg(
      jsonb_build_object('path', c.path, 'action', c.action, 'bytes', CASE WHEN c.after IS NULL THEN 0 ELSE c.bytes END,
        'sha256', c.after) ORDER BY c.path COLLATE "C"), '[]')) INTO outcome
    FROM unnest(changes) AS c WHERE NOT (c.action = 'moved' AND c.after IS NULL);
  UPDATE operation SET result = outcome WHERE op_id = meta ->> 'opId';
  IF meta ? 'eventId' THEN
    PERFORM tell(meta ->> 'eventId', locked.owner_id, locked.id, 'revision.created', outcome);
  END IF;
  RETURN outcome;
END $$;
--> statement-breakpoint
-- As before, and the fork keeps what was left out when its source was imported.
CREATE OR REPLACE FUNCTION fork_project(meta jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  source project := lock_project(meta || jsonb_build_object('projectId', meta ->> 'source'));
  forked project;
  changes file_change[];
  outcome jsonb;
BEGIN
  INSERT INTO project (id, owner_id, name, description, space)
    VALUES (meta ->> 'projectId', source.owner_id, coalesce(meta ->> 'name', source.name), source.description, source.space)
    RETURNING * INTO forked;
  INSERT INTO project_import (project_id, report)
    SELECT forked.id, i.report FROM project_import i WHERE i.project_id = source.id;
  PERFORM require_project_room(source.owner_id, (meta ->> 'maxProjects')::integer);
  SELECT array_agg((f.path, 'created', NULL, f.sha256, NULL, f.bytes, f.language, f.encoding)::file_change) INTO changes
    FROM file f WHERE f.project_id = source.id;
  IF changes IS NOT NULL THEN
    PERFORM record_revision(forked, meta || jsonb_build_object('message',
      'Fork of ' || source.name || ' at revision ' || source.head), changes);
  END IF;
  -- The whole fork is the answer, so that nobody has to ask for it again.
  UPDATE operation SET result = (
    SELECT jsonb_build_object('projectId', p.id, 'name', p.name, 'description', p.description, 'head', p.head,
      'visibility', p.visibility, 'createdAt', p.created_at, 'updatedAt', p.updated_at)
    FROM project p WHERE p.id = forked.id) WHERE op_id = meta ->> 'opId' RETURNING result INTO outcome;
  RETURN outcome;
END $$;
