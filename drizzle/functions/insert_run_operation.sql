-- Inserts the operation of a run's start. It comes before all other statements: a repeated start fails on the operation's
-- id, whatever has changed since; the first attempt may have reserved the rest of the budget itself.
CREATE OR REPLACE FUNCTION insert_run_operation(meta jsonb) RETURNS jsonb LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE outcome jsonb := jsonb_build_object('runId', meta #> '{start,id}');
BEGIN
  INSERT INTO operation (op_id, kind, result) VALUES (meta ->> 'opId', 'run.created', outcome);
  RETURN outcome;
END $$;
