-- Creates a project with the files of another project. Both share the contents. Raises ESTMP when the account has the
-- maximum number of projects. The fork keeps its source's import report.
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
