"""Paths of the development pages; portal.urls includes them only when settings.DEVELOPMENT_PAGES is on."""

from django.urls import path

from portal.notifications import development

app_name = "development"
urlpatterns = [
    path("messages/", development.messages, name="messages"),
    path("faults/", development.faults, name="faults"),
]
