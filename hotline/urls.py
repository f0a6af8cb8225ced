"""Addresses of the hotline's pages, all under /hotline/."""

from django.urls import path

from hotline.views import figures

app_name = "hotline"

urlpatterns = [
    path("figures/", figures.figures, name="figures"),
    path("reports/", figures.reports, name="reports"),
    path("reports/<int:pk>/", figures.report, name="report"),
    path("reports/<int:pk>/correct/", figures.correct, name="correct_report"),
    path("reports/<int:pk>/report.xlsx", figures.report_sheet, name="report_sheet"),
    path("reports/<int:pk>/report.pdf", figures.report_pdf, name="report_pdf"),
]
