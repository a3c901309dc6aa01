-- Creates a project from the files of another account's published app, and notifies the app's owner by an event and an
-- audit record. Copies the contents too, so that the two accounts share nothing. Raises ESTMP, ESPTL and ESSTO by the
-- limits of the account that copies. Leaves the operation's result NULL when the app may not be copied, or is now public
-- at another revision than `meta.revision`.
CREATE OR REPLACE FUNCTION copy_publication(meta jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  source project;
  copied project;
  changes file_change[];
  added bigint;
  outcome jsonb;
BEGIN
  -- Locked, so that an owner who forbids copies meanwhile has the last word.
  SELECT p.* INTO source FROM project p JOIN "user" u ON u.id = p.owner_id
    WHERE p.id = meta ->> 'source' AND p.is_copyable AND p.visibility = 'public'
      AND p.published_revision = (meta ->> 'revision')::integer AND u.suspended_at IS NULL AND u.deletion_due_at IS NULL
    FOR SHARE OF p;
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO project (id, owner_id, name, space)
    VALUES (meta ->> 'projectId', meta ->> 'ownerId', meta ->> 'name', meta ->> 'projectId') RETURNING * INTO copied;
  PERFORM require_project_room(copied.owner_id, (meta ->> 'maxProjects')::integer);
  SELECT array_agg((t.path, 'created', NULL, t.sha256, NULL, t.bytes, t.language, t.encoding)::file_change) INTO changes
    FROM tree_at(source.id, source.published_revision) t;
  WITH contents AS (
    INSERT INTO blob (space, sha256, encoding, content, bytes)
      SELECT copied.space, b.sha256, b.encoding, b.content, b.bytes FROM blob b
      WHERE b.space = source.space AND b.sha256 IN (SELECT c.after FROM unnest(changes) AS c)
      RETURNING bytes)
  SELECT coalesce(sum(bytes), 0) INTO added FROM contents;
  IF changes IS NOT NULL THEN
    PERFORM record_revision(copied, meta || jsonb_build_object('newContentBytes', added), changes);
  END IF;
  PERFORM emit_event(meta ->> 'createdEventId', copied.owner_id, copied.id, 'project.created',
    jsonb_build_object('projectId', copied.id, 'name', copied.name));
  PERFORM emit_event(meta ->> 'copiedEventId', source.owner_id, source.id, 'publication.copied',
    jsonb_build_object('projectId', source.id, 'revision', source.published_revision));
  INSERT INTO audit (id, user_id, actor_kind, actor_id, action, subject)
    VALUES (meta ->> 'auditId', source.owner_id, 'user', meta ->> 'ownerId', 'publication.copied', source.id);
  -- The whole copy is the answer, so that nobody has to ask for it again.
  UPDATE operation SET result = (
    SELECT jsonb_build_object('projectId', p.id, 'name', p.name, 'description', p.description, 'head', p.head,
      'visibility', p.visibility, 'createdAt', p.created_at, 'updatedAt', p.updated_at)
    FROM project p WHERE p.id = copied.id) WHERE op_id = meta ->> 'opId' RETURNING result INTO outcome;
  RETURN outcome;
END $$;
