"""Path of the simulated cashier's page; included only where the simulator takes the money."""

from django.urls import path

from payments.gateways.simulator import views

app_name = "cashier"
urlpatterns = [path("<str:reference>/<str:token>/", views.page, name="page")]
