from django.db import migrations

GUARD = """
CREATE SEQUENCE hotline_order_no MAXVALUE 999999 CYCLE;
CREATE FUNCTION hotline_refuse_new_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was said is never changed: add a supplement' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER hotline_words_are_never_changed BEFORE UPDATE OF text ON hotline_hotlineorder
    FOR EACH ROW WHEN (OLD.text IS DISTINCT FROM NEW.text) EXECUTE FUNCTION hotline_refuse_new_words();
"""

UNGUARD = """
DROP TRIGGER hotline_words_are_never_changed ON hotline_hotlineorder;
DROP FUNCTION hotline_refuse_new_words();
DROP SEQUENCE hotline_order_no;
"""


class Migration(migrations.Migration):
    """Six digits for every order's number, gaps are fine; the words of an appeal are never changed (H-31)."""

    dependencies = [("hotline", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
