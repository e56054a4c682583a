"""Paths of window cases."""

from django.urls import path

from portal.appointments.views import bookings, counter, intake, points, sheets, visits, who

app_name = "appointments"
urlpatterns = [
    path("", points.points, name="points"),
    path("phone/", who.phone, name="phone"),
    path("phone/code/", who.code, name="code"),
    path("sheet/", sheets.sheet, name="sheet"),
    path("sheet/pdf/", sheets.sheet_pdf, name="sheet_pdf"),
    path("sheet/send/", sheets.send, name="send_sheet"),
    path("sheet/<str:reference>/", sheets.kept_sheet, name="kept_sheet"),
    path("sheet/<str:reference>/pdf/", sheets.kept_sheet_pdf, name="kept_sheet_pdf"),
    path("home/", visits.ask, name="home_ask"),
    path("home/<str:reference>/", visits.show, name="home_visit"),
    path("home/<str:reference>/withdraw/", visits.withdraw, name="home_withdraw"),
    path("counter/", counter.hall, name="counter"),
    path("counter/figures/", counter.figures, name="figures"),
    path("counter/arrive/<str:reference>/", counter.arrive, name="arrive"),
    path("counter/<uuid:point_id>/card/", counter.check_in, name="check_in"),
    path("counter/<uuid:point_id>/walk-in/", counter.walk_in, name="walk_in"),
    path("counter/<uuid:booking_id>/intake/", intake.intake, name="intake"),
    path("counter/<uuid:booking_id>/case/", counter.case, name="case"),
    path("counter/<uuid:booking_id>/<slug:action>/", counter.act, name="act"),
    path("booking/<str:reference>/", bookings.show, name="booking"),
    path("booking/<str:reference>/code.svg", bookings.code_image, name="code_image"),
    path("booking/<str:reference>/move/", bookings.move, name="move"),
    path("booking/<str:reference>/cancel/", bookings.cancel, name="cancel"),
    path("booking/<str:reference>/sheet/", sheets.booking_sheet, name="booking_sheet"),
    path("booking/<str:reference>/sheet/pdf/", sheets.booking_sheet_pdf, name="booking_sheet_pdf"),
    path("point/<uuid:point_id>/", points.point, name="point"),
    path("point/<uuid:point_id>/book/", bookings.book, name="book"),
]
