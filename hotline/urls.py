"""Addresses of the hotline's pages, all under /hotline/."""

from django.urls import path

from hotline.views import alerting, citizen, desk, figures, intake, joining, knowledge, supervising, worklists

app_name = "hotline"

citizen_paths = [
    path("", citizen.home, name="home"),
    path("new/", citizen.new, name="new"),
    path("about/<slug:reference>/", citizen.about, name="about"),
    path("known/", joining.known_already, name="known_already"),
    path("known/<str:order_no>/join/", joining.join, name="join"),
    path("appeal/", citizen.appeal, name="appeal"),
    path("track/", citizen.track, name="track"),
    path("open/", citizen.opened, name="open"),
    path("orders/<str:order_no>/", citizen.own, name="own"),
    path("orders/<str:order_no>/code/", citizen.send_code, name="send_code"),
    path("orders/<str:order_no>/<str:verb>/", citizen.act, name="own_act"),
]

desk_paths = [
    path("desk/", desk.inbox, name="inbox"),
    path("keep/<path:key>/", desk.keep, name="keep"),
    path("intake/", intake.intake, name="intake"),
    path("intake/similar/", intake.similar, name="intake_similar"),
    path("desk/<str:order_no>/", desk.one, name="one"),
    path("desk/<str:order_no>/files/<int:file_id>/", desk.file, name="file"),
    path("desk/<str:order_no>/<str:verb>/", desk.act, name="act"),
]

oversight_paths = [
    path("alerts/", alerting.alerts, name="alerts"),
    path("alerts/<int:pk>/", alerting.alert, name="alert"),
    path("alerts/<int:pk>/<str:verb>/", alerting.act, name="act_on_alert"),
    path("supervisions/", supervising.supervisions, name="supervisions"),
    path("supervisions/new/open/", supervising.begin, name="begin_supervision"),
    path("supervisions/<int:pk>/", supervising.supervision, name="supervision"),
    path("supervisions/<int:pk>/<str:verb>/", supervising.act, name="act_on_supervision"),
    path("knowledge/", knowledge.articles, name="articles"),
    path("knowledge/new/", knowledge.write, name="new_article"),
    path("knowledge/<str:code>/", knowledge.article, name="article"),
    path("knowledge/<str:code>/revise/", knowledge.write, name="revise_article"),
    path("knowledge/<str:code>/<str:verb>/", knowledge.act, name="act_on_article"),
]

figure_paths = [
    path("figures/", figures.figures, name="figures"),
    path("reports/", figures.reports, name="reports"),
    path("reports/<int:pk>/", figures.report, name="report"),
    path("reports/<int:pk>/correct/", figures.correct, name="correct_report"),
    path("reports/<int:pk>/report.xlsx", figures.report_sheet, name="report_sheet"),
    path("reports/<int:pk>/report.pdf", figures.report_pdf, name="report_pdf"),
]

worklist_paths = [
    path("lists/", worklists.lists, name="worklists"),
    path("lists/exports/<int:pk>/orders.csv", worklists.download, name="export_file"),
    path("lists/unmasking/<int:pk>/personal/", worklists.personal, name="personal"),
    path("lists/<slug:key>/", worklists.worklist, name="worklist"),
    path("lists/<slug:key>/new/<slug:verb>/", worklists.begin, name="begin_on_worklist"),
    path("lists/<slug:key>/<int:pk>/", worklists.one, name="worklist_row"),
    path("lists/<slug:key>/<int:pk>/<slug:verb>/", worklists.act, name="act_on_worklist"),
]

urlpatterns = [*citizen_paths, *desk_paths, *oversight_paths, *worklist_paths, *figure_paths]
