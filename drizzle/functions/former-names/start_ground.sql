-- The former name of project_snapshot, for Workers of the version before migration 0025. Drop it in a later migration.
CREATE OR REPLACE FUNCTION start_ground(project_id text, owner text, on_day date, max_files integer, max_messages integer,
  max_bytes integer) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT project_snapshot(project_id, owner, on_day, max_files, max_messages, max_bytes)
$$;
