-- Trigger: keeps the reservation of a run whose row is deleted until the run's Session has settled it. After 30 seconds
-- the sweep makes the Session settle it.
CREATE OR REPLACE FUNCTION schedule_settlement_of_deleted_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE reservation r SET due_at = now() + interval '30 seconds' FROM deleted WHERE r.id = deleted.id;
  RETURN NULL;
END $$;
