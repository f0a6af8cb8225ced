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
CREATE FUNCTION hotline_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % refused: it is frozen', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE FUNCTION hotline_refuse_new_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the result of an archived order is never changed: reopen it' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER hotline_archived_results_stay
    BEFORE UPDATE OF answer, handle_result, measures, result_text, legal_basis ON hotline_hotlineorder
    FOR EACH ROW WHEN (OLD.status = 'archived' AND (OLD.answer, OLD.handle_result, OLD.measures, OLD.result_text,
        OLD.legal_basis) IS DISTINCT FROM (NEW.answer, NEW.handle_result, NEW.measures, NEW.result_text,
        NEW.legal_basis))
    EXECUTE FUNCTION hotline_refuse_new_result();
CREATE TRIGGER hotline_facts_are_frozen BEFORE UPDATE OR DELETE ON hotline_metricfact
    FOR EACH ROW EXECUTE FUNCTION hotline_refuse_change();
CREATE TRIGGER hotline_reports_are_frozen BEFORE UPDATE OR DELETE ON hotline_report
    FOR EACH ROW EXECUTE FUNCTION hotline_refuse_change();
CREATE TRIGGER hotline_corrections_are_frozen BEFORE UPDATE OR DELETE ON hotline_reportcorrection
    FOR EACH ROW EXECUTE FUNCTION hotline_refuse_change();
CREATE TRIGGER hotline_rounds_are_frozen BEFORE UPDATE OR DELETE ON hotline_surveyround
    FOR EACH ROW EXECUTE FUNCTION hotline_refuse_change();
CREATE FUNCTION hotline_refuse_new_version_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version is never rewritten: write the next' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER hotline_versions_are_never_rewritten
    BEFORE UPDATE OF code, version, title, questions, answer, basis, owner_id ON hotline_article
    FOR EACH ROW WHEN (OLD.state <> 'draft' AND (OLD.code, OLD.version, OLD.title, OLD.questions, OLD.answer,
        OLD.basis, OLD.owner_id) IS DISTINCT FROM (NEW.code, NEW.version, NEW.title, NEW.questions, NEW.answer,
        NEW.basis, NEW.owner_id))
    EXECUTE FUNCTION hotline_refuse_new_version_words();
"""

UNGUARD = """
DROP TRIGGER hotline_rounds_are_frozen ON hotline_surveyround;
DROP TRIGGER hotline_corrections_are_frozen ON hotline_reportcorrection;
DROP TRIGGER hotline_reports_are_frozen ON hotline_report;
DROP TRIGGER hotline_facts_are_frozen ON hotline_metricfact;
DROP FUNCTION hotline_refuse_change();
DROP TRIGGER hotline_versions_are_never_rewritten ON hotline_article;
DROP FUNCTION hotline_refuse_new_version_words();
DROP TRIGGER hotline_archived_results_stay ON hotline_hotlineorder;
DROP FUNCTION hotline_refuse_new_result();
DROP TRIGGER hotline_words_are_never_changed ON hotline_hotlineorder;
DROP FUNCTION hotline_refuse_new_words();
DROP SEQUENCE hotline_order_no;
"""


class Migration(migrations.Migration):
    """Six digits for every order's number, gaps are fine; words (H-31, H-180), archived results (H-117), facts and reports (H-160, H-178) are never changed."""

    dependencies = [("hotline", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
