"""Addresses of applications: the applicants', the windows' and the departments' pages."""

from django.urls import path

from workflow.views import (
    applicant,
    authorising,
    belongings,
    changing,
    counter,
    drafts,
    filling,
    guide,
    materials,
    office,
    settling,
    tables,
    tracking,
)

app_name = "workflow"

#: The guides are for everybody; all else is an applicant's own.
applicant_paths = [
    path("bundles/<slug:code>/", guide.guide, {"kind": "bundle"}, name="bundle_guide"),
    path("bundles/<slug:code>/sheet.pdf", guide.sheet, {"kind": "bundle"}, name="bundle_sheet"),
    path("bundles/<slug:code>/start/", guide.start, {"kind": "bundle"}, name="bundle_start"),
    path("matters/<slug:code>/", guide.guide, {"kind": "single"}, name="matter_guide"),
    path("matters/<slug:code>/sheet.pdf", guide.sheet, {"kind": "single"}, name="matter_sheet"),
    path("matters/<slug:code>/start/", guide.start, {"kind": "single"}, name="matter_start"),
    path("specimens/<slug:mark>.pdf", guide.specimen, {"kind": "pdf"}, name="specimen"),
    path("specimens/<slug:mark>.png", guide.specimen, {"kind": "png"}, name="specimen_picture"),
    path("drafts/<int:pk>/", drafts.tasks, name="tasks"),
    path("drafts/<int:pk>/questions/", drafts.questions, name="questions"),
    path("drafts/<int:pk>/questions/<slug:key>/", drafts.question, name="question"),
    path("drafts/<int:pk>/plan/", drafts.plan, name="plan"),
    path("drafts/<int:pk>/form/", filling.form, name="form"),
    path("drafts/<int:pk>/materials/", materials.materials, name="materials"),
    path("drafts/<int:pk>/form/<slug:key>/", tables.upload, name="table"),
    path("drafts/<int:pk>/form/<slug:key>/template.<str:kind>", tables.template, name="table_template"),
    path("drafts/<int:pk>/settle/", settling.settle, name="settle"),
    path("drafts/<int:pk>/promises/", filling.promises, name="promises"),
    path("drafts/<int:pk>/check/", drafts.check, name="check"),
    path("drafts/<int:pk>/discard/", drafts.discard, name="discard"),
    path("drafts/<int:pk>/files/<uuid:file_id>/", materials.draft_file, name="draft_file"),
    path(
        "drafts/<int:pk>/files/<uuid:file_id>/pages/<int:number>/",
        materials.draft_file_page,
        name="draft_file_page",
    ),
    path(
        "applications/<slug:reference>/uploads/<uuid:file_id>/", materials.supplied_file, name="supplied_file"
    ),
    path(
        "applications/<slug:reference>/uploads/<uuid:file_id>/pages/<int:number>/",
        materials.supplied_file_page,
        name="supplied_file_page",
    ),
    path("applications/<slug:reference>/answers/<uuid:file_id>/", applicant.answer_file, name="answer_file"),
    path("applications/<slug:reference>/", applicant.application, name="application"),
    path("applications/<slug:reference>/submitted/", applicant.submitted, name="submitted"),
    path("applications/<slug:reference>/continue/", applicant.continue_rest, name="continue_rest"),
    path("applications/<slug:reference>/withdraw/", changing.withdraw, name="withdraw"),
    path("applications/<slug:reference>/correction/", applicant.supply_correction, name="supply_correction"),
    path("applications/<slug:reference>/deferred/", applicant.supply_deferred, name="supply_deferred"),
    path("applications/<slug:reference>/offered/", applicant.supply_offered, name="supply_offered"),
    path("applications/<slug:reference>/commitment/", applicant.revoke_commitment, name="revoke_commitment"),
    path("applications/<slug:reference>/delivery/", applicant.confirm_delivery, name="confirm_delivery"),
    path("applications/<slug:reference>/delivery/again/", applicant.ask_resend, name="ask_resend"),
    path("applications/<slug:reference>/delivery/change/", changing.change_delivery, name="change_delivery"),
    path("applications/<slug:reference>/change/", changing.change_facts, name="change_facts"),
    path("applications/<slug:reference>/again/", changing.apply_again, name="apply_again"),
    path("enquiry/", tracking.track, name="track"),
    path("documents/<uuid:document_id>/", applicant.document, name="document"),
    path("materials/<int:pk>/", applicant.material_file, name="material_file"),
    path("my/licences/", belongings.licences, name="licences"),
    path("my/access/", belongings.access, name="access"),
    path("my/data/", belongings.everything, name="everything"),
    path("my/data/<uuid:copy_id>/", belongings.take_copy, name="take_copy"),
    path("my/authorisations/", authorising.authorisations, name="authorisations"),
    path("my/authorisations/give/", authorising.give, name="give_authorisation"),
    path("my/authorisations/<int:pk>/", authorising.authorisation, name="authorisation"),
    path("my/authorisations/<int:pk>/revoke/", authorising.revoke_authorisation, name="revoke_authorisation"),
    path("my/acting/", authorising.acting, name="acting"),
    path("my/organisations/<int:organisation_id>/clerks/", authorising.name_clerk, name="name_clerk"),
    path("my/clerks/<int:pk>/end/", authorising.end_clerk, name="end_clerk"),
]

#: For posts alone; each view says which.
staff_paths = [
    path("counter/", counter.desk, name="counter"),
    path("counter/find/", counter.find, name="counter_find"),
    path("counter/start/", counter.start, name="counter_start"),
    path("counter/out/", counter.exit_desk, name="exit_desk"),
    path("counter/applications/<str:reference>/", counter.at_counter, name="at_counter"),
    path("counter/applications/<str:reference>/<slug:verb>/", counter.act_at_counter, name="act_at_counter"),
    path("office/", office.inbox, name="inbox"),
    path("office/applications/", office.applications, name="applications"),
    path("office/applications/<str:reference>/", office.application, name="office_application"),
    path("reviews/<int:review_id>/", office.review, name="review"),
    path("reviews/<int:review_id>/<slug:verb>/", office.act_on_review, name="act_on_review"),
    path("reviews/<int:review_id>/materials/<int:material_id>/", office.material, name="review_material"),
    path("reviews/<int:review_id>/photos/<int:photo_id>/", office.photo, name="review_photo"),
    path(
        "reviews/<int:review_id>/procedures/<int:procedure_id>/result/",
        office.procedure_result,
        name="procedure_result",
    ),
]

urlpatterns = [*applicant_paths, *staff_paths]
