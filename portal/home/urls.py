"""Paths of the front door."""

from django.urls import path

from portal.home import views

app_name = "home"
urlpatterns = [
    path("", views.front, name="start"),
    path("documents/", views.documents, name="documents"),
    path("cities/", views.cities, name="cities"),
    path("help/", views.help_page, name="help"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("source/", views.source, name="source"),
]
