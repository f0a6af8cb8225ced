from django.db import migrations

REFUSE = """
CREATE FUNCTION events_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never changed: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER events_are_never_changed BEFORE UPDATE OR DELETE ON events_eventrecord
    FOR EACH ROW EXECUTE FUNCTION events_refuse_change();
"""

ALLOW = """
DROP TRIGGER events_are_never_changed ON events_eventrecord;
DROP FUNCTION events_refuse_change();
"""


class Migration(migrations.Migration):
    """A row-level trigger refuses UPDATE and DELETE; TRUNCATE stays possible, which test flushes need."""

    dependencies = [("events", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
