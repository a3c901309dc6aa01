CREATE TABLE "account_storage" (
	"owner_id" text PRIMARY KEY NOT NULL,
	"projects" integer DEFAULT 0 NOT NULL,
	"bytes" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "unowned_space" (
	"space" text PRIMARY KEY NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "project" ADD COLUMN "log_bytes" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "account_storage" ADD CONSTRAINT "account_storage_owner_id_user_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "unowned_space_due_at" ON "unowned_space" USING btree ("due_at");--> statement-breakpoint
-- What a history weighs beside its contents, roughly as it lies in the tables and their indexes.
CREATE FUNCTION change_bytes() RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT 400 $$;
--> statement-breakpoint
CREATE FUNCTION revision_bytes() RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT 1000 $$;
--> statement-breakpoint
UPDATE project SET log_bytes =
  coalesce((SELECT sum(revision_bytes() + octet_length(r.message)) FROM revision r WHERE r.project_id = project.id), 0)
  + coalesce((SELECT count(*) * change_bytes() FROM revision_change c WHERE c.project_id = project.id), 0)
  + coalesce((SELECT sum(pg_column_size(m.content)) FROM message m WHERE m.project_id = project.id), 0);
--> statement-breakpoint
INSERT INTO account_storage (owner_id, projects, bytes)
  SELECT p.owner_id, count(*), sum(p.log_bytes)
    + coalesce((SELECT sum(b.bytes) FROM blob b WHERE b.space IN (SELECT space FROM project o WHERE o.owner_id = p.owner_id)), 0)
  FROM project p GROUP BY p.owner_id;
--> statement-breakpoint
INSERT INTO unowned_space (space, due_at)
  SELECT DISTINCT space, now() + interval '1 hour' FROM blob
  WHERE NOT EXISTS (SELECT FROM project WHERE project.space = blob.space);
--> statement-breakpoint
-- Counts an account's projects, however they are made.
CREATE FUNCTION count_new_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO account_storage AS a (owner_id, projects) VALUES (NEW.owner_id, 1)
    ON CONFLICT (owner_id) DO UPDATE SET projects = a.projects + 1;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER project_counted AFTER INSERT ON project FOR EACH ROW EXECUTE FUNCTION count_new_project();
--> statement-breakpoint
-- The same for projects that are deleted, also with their owner. Contents that are nobody's then are the sweep's to delete.
CREATE FUNCTION count_deleted_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE account_storage SET projects = greatest(0, projects - 1), bytes = greatest(0, bytes - OLD.log_bytes)
    WHERE owner_id = OLD.owner_id;
  INSERT INTO unowned_space (space, due_at) SELECT OLD.space, now()
    WHERE NOT EXISTS (SELECT FROM project WHERE space = OLD.space) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER project_uncounted AFTER DELETE ON project FOR EACH ROW EXECUTE FUNCTION count_deleted_project();
--> statement-breakpoint
-- Fails where an account has more projects than it may. It comes after the insert, which has locked the account's row: of
-- many at once the last ones fail.
CREATE FUNCTION require_project_room(owner text, most integer) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF (SELECT a.projects FROM account_storage a WHERE a.owner_id = owner) > most THEN
    RAISE EXCEPTION 'too many projects' USING ERRCODE = 'ESTMP', DETAIL = jsonb_build_object('limit', most)::text;
  END IF;
END $$;
--> statement-breakpoint
-- Adds to what an account stores, and fails where that is more than it may. A Worker that names no limit has none.
CREATE FUNCTION add_stored_bytes(owner text, added bigint, most bigint) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE total bigint;
BEGIN
  UPDATE account_storage a SET bytes = a.bytes + added WHERE a.owner_id = owner RETURNING a.bytes INTO total;
  IF total > most THEN
    RAISE EXCEPTION 'storage is full' USING ERRCODE = 'ESSTO',
      DETAIL = jsonb_build_object('bytes', total, 'limit', most)::text;
  END IF;
END $$;
--> statement-breakpoint
-- Fails where an account stores more than it may, since what was said in its runs is kept in any case.
CREATE FUNCTION require_storage(owner text, most bigint) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE total bigint := (SELECT a.bytes FROM account_storage a WHERE a.owner_id = owner);
BEGIN
  IF total > most THEN
    RAISE EXCEPTION 'storage is full' USING ERRCODE = 'ESSTO',
      DETAIL = jsonb_build_object('bytes', total, 'limit', most)::text;
  END IF;
END $$;
--> statement-breakpoint
-- As before, and what the revision and its contents weigh is added to what the account stores: its history too has a limit.
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
-- As before, and it counts the bytes of the contents that are new.
CREATE OR REPLACE FUNCTION apply_batch(meta jsonb, contents text[]) RETURNS jsonb LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  locked project := lock_project(meta);
  expected integer := (meta ->> 'expectedRevision')::integer;
  operations file_operation[];
  offender record;
  conflicts jsonb;
  changes file_change[];
  new_bytes bigint;
BEGIN
  IF expected > locked.head THEN
    RAISE EXCEPTION 'no such revision' USING ERRCODE = 'ES422',
      DETAIL = jsonb_build_object('pointer', '/expectedRevision', 'head', locked.head)::text;
  END IF;
  SELECT array_agg(o) INTO operations FROM jsonb_populate_recordset(NULL::file_operation, meta -> 'operations') AS o;

  SELECT o.path, o.bytes INTO offender FROM unnest(operations) AS o WHERE o.bytes > (meta ->> 'maxFileBytes')::integer LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'file too large' USING ERRCODE = 'ESFTL',
      DETAIL = jsonb_build_object('path', offender.path, 'bytes', offender.bytes, 'limit', meta -> 'maxFileBytes')::text;
  END IF;

  IF expected < locked.head OR EXISTS (SELECT FROM unnest(operations) AS o WHERE o."expectedSha256" IS NOT NULL) THEN
    conflicts := conflicts_of(locked.id, locked.head, expected, operations);
  END IF;
  IF conflicts IS NOT NULL THEN
    RAISE EXCEPTION 'changed meanwhile' USING ERRCODE = 'ES409',
      DETAIL = jsonb_build_object('head', locked.head, 'conflicts', conflicts)::text;
  END IF;

  SELECT f.path INTO offender FROM unnest(operations) AS o
    JOIN file f ON f.project_id = locked.id AND f.path = CASE o.op WHEN 'create' THEN o.path WHEN 'move' THEN o."to" END
    LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'file exists' USING ERRCODE = 'ESFEX', DETAIL = jsonb_build_object('path', offender.path)::text;
  END IF;
  SELECT o.path INTO offender FROM unnest(operations) AS o
    LEFT JOIN file f ON f.project_id = locked.id AND f.path = o.path
    WHERE o.op IN ('update', 'delete', 'move') AND f.path IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'file missing' USING ERRCODE = 'ESFMI', DETAIL = jsonb_build_object('path', offender.path)::text;
  END IF;

  WITH stored AS (
    INSERT INTO blob (space, sha256, encoding, content, bytes)
      SELECT locked.space, b.sha256, b.encoding, contents[b.place], b.bytes
      FROM ROWS FROM (jsonb_to_recordset(meta -> 'contents') AS (sha256 text, encoding text, bytes integer))
        WITH ORDINALITY AS b(sha256, encoding, bytes, place)
      ON CONFLICT DO NOTHING RETURNING bytes
  )
  SELECT coalesce(sum(bytes), 0) INTO new_bytes FROM stored;
  -- An import has sent its contents ahead, and they are the account's from now on.
  IF meta ? 'isImport' THEN SELECT coalesce(sum(bytes), 0) INTO new_bytes FROM blob WHERE space = locked.space; END IF;

  SELECT array_agg(c) INTO changes FROM (
    SELECT (o.path, CASE WHEN f.path IS NULL THEN 'created' ELSE 'updated' END, f.sha256, o.sha256, NULL, o.bytes,
        o.language, o.encoding)::file_change AS c
      FROM unnest(operations) AS o LEFT JOIN file f ON f.project_id = locked.id AND f.path = o.path
      WHERE o.op IN ('create', 'update', 'write')
    UNION ALL
    SELECT (o.path, CASE o.op WHEN 'move' THEN 'moved' ELSE 'deleted' END, f.sha256, NULL, NULL, f.bytes, f.language,
        f.encoding)::file_change
      FROM unnest(operations) AS o JOIN file f ON f.project_id = locked.id AND f.path = o.path
      WHERE o.op IN ('delete', 'move')
    UNION ALL
    SELECT (o."to", 'moved', NULL, f.sha256, o.path, f.bytes, o.language, f.encoding)::file_change
      FROM unnest(operations) AS o JOIN file f ON f.project_id = locked.id AND f.path = o.path WHERE o.op = 'move'
  ) change;
  RETURN record_revision(locked, meta || jsonb_build_object('newContentBytes', new_bytes), changes);
END $$;
--> statement-breakpoint
-- As before, where the account has room for another project.
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
--> statement-breakpoint
-- As before, and what its contents weighed is taken off what the account stores.
CREATE OR REPLACE FUNCTION delete_project(meta jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  locked project := lock_project(meta);
  freed bigint;
BEGIN
  DELETE FROM project WHERE id = locked.id;
  WITH gone AS (
    DELETE FROM blob b WHERE b.space = locked.space AND NOT EXISTS (
      SELECT FROM project p JOIN revision_change c ON c.project_id = p.id
      WHERE p.space = locked.space AND c.after = b.sha256)
    RETURNING bytes
  )
  SELECT coalesce(sum(bytes), 0) INTO freed FROM gone;
  UPDATE account_storage SET bytes = greatest(0, bytes - freed) WHERE owner_id = locked.owner_id;
  UPDATE operation SET result = jsonb_build_object('projectId', locked.id) WHERE op_id = meta ->> 'opId';
END $$;
--> statement-breakpoint
-- As before, and what was said is added to what the account stores.
CREATE OR REPLACE FUNCTION add_messages(project text, messages jsonb) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  grown bigint;
  owner text;
BEGIN
  WITH added AS (
    INSERT INTO message (id, project_id, run_id, role, agent, content, created_at)
      SELECT m.id, p.id, m."runId", m.role, m.agent, m.content, m."createdAt"
      FROM project p, jsonb_to_recordset(messages) AS m(id text, "runId" text, role text, agent text, content jsonb,
        "createdAt" timestamptz)
      WHERE p.id = add_messages.project
      ON CONFLICT DO NOTHING RETURNING content
  )
  SELECT coalesce(sum(pg_column_size(content)), 0) INTO grown FROM added;
  IF grown = 0 THEN RETURN; END IF;
  UPDATE project p SET log_bytes = p.log_bytes + grown WHERE p.id = add_messages.project RETURNING p.owner_id INTO owner;
  -- What was said is kept, however full the account is: its next batch is what fails.
  PERFORM add_stored_bytes(owner, grown, NULL);
END $$;
--> statement-breakpoint
-- As before, where the account does not store more than it may.
CREATE OR REPLACE FUNCTION add_run(meta jsonb) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE start jsonb := meta -> 'start';
BEGIN
  PERFORM FROM project WHERE id = start ->> 'projectId' AND owner_id = start ->> 'ownerId' FOR KEY SHARE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such project' USING ERRCODE = 'ES404'; END IF;
  PERFORM require_storage(start ->> 'ownerId', (meta ->> 'maxStoredBytes')::bigint);
  PERFORM open_reservation(jsonb_build_object('id', start -> 'id', 'kind', 'run', 'ownerId', start -> 'ownerId',
    'day', start -> 'day', 'microUsd', start -> 'reservedMicroUsd', 'projectId', start -> 'projectId',
    'agent', start #> '{routing,agent}', 'model', '', 'dailyMicroUsd', meta -> 'dailyMicroUsd',
    'platformMicroUsd', meta -> 'platformMicroUsd'));
  INSERT INTO run (id, project_id, owner_id, status, prompt, request, agent, routing, mode, scripted, created_at)
    VALUES (start ->> 'id', start ->> 'projectId', start ->> 'ownerId', 'queued', start ->> 'prompt', start,
      start #>> '{routing,agent}', start -> 'routing', start ->> 'mode', (meta -> 'scripted')::boolean,
      to_timestamp((start ->> 'createdAt')::double precision / 1000));
END $$;
