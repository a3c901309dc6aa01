-- The former name of insert_run, for Workers of the version before migration 0025. Drop it in a later migration.
CREATE OR REPLACE FUNCTION note_run(meta jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT insert_run(meta) $$;
