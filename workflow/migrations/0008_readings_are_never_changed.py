from django.db import migrations

REFUSE = """
CREATE FUNCTION workflow_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'readings are never changed: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER workflow_readings_are_never_changed BEFORE UPDATE OR DELETE ON workflow_reading
    FOR EACH ROW EXECUTE FUNCTION workflow_refuse_change();
"""

ALLOW = """
DROP TRIGGER workflow_readings_are_never_changed ON workflow_reading;
DROP FUNCTION workflow_refuse_change();
"""


class Migration(migrations.Migration):
    """Who has looked stays written: a row-level trigger refuses UPDATE and DELETE."""

    dependencies = [("workflow", "0007_readings")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
