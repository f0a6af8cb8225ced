from django.db import migrations

#: What services.following says of a review that is handed out: its clock runs from the end of its last
#: predecessor, else from its acceptance.
START_CLOCKS = """
UPDATE workflow_departmentreview AS review
SET clock_from = GREATEST(
    review.accepted_at,
    (SELECT max(earlier.ended_at)
     FROM workflow_departmentreview AS earlier
     WHERE earlier.application_id = review.application_id AND earlier.code = ANY(review.depends_on))
)
WHERE review.assigned_at IS NOT NULL AND review.clock_from IS NULL
"""


class Migration(migrations.Migration):
    """Reviews handed out before clocks were kept: every due that is there can be reckoned again."""

    dependencies = [("workflow", "0004_dues_follow_the_calendar")]

    operations = [migrations.RunSQL(START_CLOCKS, migrations.RunSQL.noop)]
