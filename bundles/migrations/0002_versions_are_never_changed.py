from django.db import migrations

REFUSE = """
CREATE FUNCTION bundles_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'published versions are never changed: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER bundles_versions_are_never_changed BEFORE UPDATE OR DELETE ON bundles_bundleversion
    FOR EACH ROW EXECUTE FUNCTION bundles_refuse_change();
"""

ALLOW = """
DROP TRIGGER bundles_versions_are_never_changed ON bundles_bundleversion;
DROP FUNCTION bundles_refuse_change();
"""


class Migration(migrations.Migration):
    """A row-level trigger refuses UPDATE and DELETE; TRUNCATE stays possible, which test flushes need."""

    dependencies = [("bundles", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
