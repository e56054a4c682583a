"""Paths of the statistics."""

from django.urls import path

from portal.statistics import views

app_name = "statistics"
urlpatterns = [
    path("", views.overview, name="overview"),
]
