-- Writes an event to the outbox, with a delivery for each webhook that subscribes to it, in the transaction of the change
-- that it reports. Locks the webhooks against deletion: a webhook that is deleted meanwhile gets no delivery, and does not
-- fail the transaction.
CREATE OR REPLACE FUNCTION emit_event(event_id text, owner text, project text, event_type text, event_data jsonb) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO event (id, owner_id, project_id, type, data) VALUES (event_id, owner, project, event_type, event_data);
  INSERT INTO delivery (id, event_id, webhook_id, status, next_attempt_at)
    SELECT sortable_id('dlv'), emit_event.event_id, w.id, 'pending', now() FROM webhook w
    WHERE w.owner_id = owner AND w.enabled AND event_type = ANY (w.events)
      AND (w.project_id IS NULL OR w.project_id = project)
    FOR KEY SHARE OF w;
END $$;
