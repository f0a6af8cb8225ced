"""The hotline for machines (api.md "Hotline")."""

from hotline.api.classifying import urlpatterns as classifying

urlpatterns = [*classifying]
