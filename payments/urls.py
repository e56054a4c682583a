"""Paths of payments."""

from django.urls import path

from payments.views import applicant, provider

app_name = "payments"
urlpatterns = [
    path("callback/<slug:name>/", provider.callback, name="callback"),
    path("<str:reference>/", applicant.pay, name="pay"),
    path("<str:reference>/start/", applicant.start, name="start"),
    path("<str:reference>/return/", applicant.come_back, name="return"),
    path("<str:reference>/state/", applicant.state, name="state"),
    path("<str:reference>/receipt/", applicant.receipt, name="receipt"),
]
