-- Inserts a run with its operation and its reservation. `meta` is a `NewRun` (worker/runs/store.ts).
CREATE OR REPLACE FUNCTION insert_run(meta jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE outcome jsonb := insert_run_operation(meta);
BEGIN
  PERFORM add_run(meta);
  RETURN outcome;
END $$;
