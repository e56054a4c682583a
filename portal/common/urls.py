"""Paths of the ground floor."""

from django.urls import path

from portal.common import views

app_name = "common"
urlpatterns = [
    path("appearance/", views.appearance, name="appearance"),
    path("healthz", views.healthz, name="healthz"),
]
