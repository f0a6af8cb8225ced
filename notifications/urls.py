"""The message box, and how somebody wants to be told."""

from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [
    path("my/messages/", views.messages_page, name="messages"),
    path("my/messages/read/", views.read_all, name="read_all"),
    path("my/messages/<int:pk>/open/", views.open_message, name="open"),
    path("my/contact/", views.contact, name="contact"),
    path("my/contact/mail/remove/", views.remove_mail, name="remove_mail"),
    path("my/contact/<slug:way>/", views.address, name="address"),
    path("my/contact/<slug:way>/code/", views.code, name="code"),
]
