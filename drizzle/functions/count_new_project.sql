-- Trigger: counts a new project in its account's storage, whatever inserts it.
CREATE OR REPLACE FUNCTION count_new_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO account_storage AS a (owner_id, projects) VALUES (NEW.owner_id, 1)
    ON CONFLICT (owner_id) DO UPDATE SET projects = a.projects + 1;
  RETURN NULL;
END $$;
