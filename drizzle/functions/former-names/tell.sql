-- The former name of emit_event, for Workers of the version before migration 0025. Drop it in a later migration.
CREATE OR REPLACE FUNCTION tell(event_id text, owner text, project text, event_type text, event_data jsonb) RETURNS void
LANGUAGE sql AS $$ SELECT emit_event(event_id, owner, project, event_type, event_data) $$;
