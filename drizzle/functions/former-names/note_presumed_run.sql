-- The former name of insert_run_optimistic, for Workers of the version before migration 0025. Drop it in a later migration.
CREATE OR REPLACE FUNCTION note_presumed_run(meta jsonb, max_files integer, max_messages integer, max_bytes integer)
RETURNS json LANGUAGE sql AS $$ SELECT insert_run_optimistic(meta, max_files, max_messages, max_bytes) $$;
