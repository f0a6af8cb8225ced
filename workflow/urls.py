"""Addresses of applications: the windows' and the departments' pages."""

from django.urls import path

from workflow.views import counter, office

app_name = "workflow"

#: For posts alone; each view says which.
staff_paths = [
    path("counter/", counter.desk, name="counter"),
    path("counter/find/", counter.find, name="counter_find"),
    path("counter/out/", counter.exit_desk, name="exit_desk"),
    path("counter/applications/<str:reference>/", counter.at_counter, name="at_counter"),
    path("counter/applications/<str:reference>/<slug:verb>/", counter.act_at_counter, name="act_at_counter"),
    path("office/", office.inbox, name="inbox"),
    path("office/applications/", office.applications, name="applications"),
    path("office/applications/<str:reference>/", office.application, name="office_application"),
    path("reviews/<int:review_id>/", office.review, name="review"),
    path("reviews/<int:review_id>/<slug:verb>/", office.act_on_review, name="act_on_review"),
    path("reviews/<int:review_id>/materials/<int:material_id>/", office.material, name="review_material"),
]

urlpatterns = [*staff_paths]
