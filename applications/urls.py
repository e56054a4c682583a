"""Paths of the applicant: the checker, the form, its pictures, filing, tracking, the public look-up."""

from django.urls import path

from applications.views import (
    checker,
    children,
    filing,
    lookup,
    materials,
    pictures,
    start,
    tracking,
    wishes,
    wizard,
)

app_name = "applications"
urlpatterns = [
    path("child/", children.child, name="child"),
    path("consents/", children.listing, name="consents"),
    path("consents/<uuid:consent_id>/", children.consent, name="consent"),
    path("", tracking.listing, name="list"),
    path("lookup/", lookup.lookup, name="lookup"),
    path("lookup/status/", lookup.public_status, name="public_status"),
    path("track/<str:reference>/", tracking.progress, name="track"),
    path("track/<str:reference>/again/", tracking.send_again, name="send_again"),
    path("withdraw/<uuid:application_id>/", tracking.withdraw, name="withdraw"),
    path("notice/<uuid:application_id>/", tracking.notice, name="notice"),
    path("checker/", checker.begin, name="checker"),
    path("checker/result/", checker.result, name="result"),
    path("checker/again/", checker.forget, name="forget"),
    path("checker/<slug:slug>/", checker.question, name="question"),
    path("wishes/", wishes.wish_list, name="wishes"),
    path("wishes/<uuid:wish_id>/revoke/", wishes.revoke, name="revoke_wish"),
    path("start/", start.start, name="start"),
    path("<uuid:submission_id>/", wizard.task_list, name="tasks"),
    path("<uuid:submission_id>/discard/", start.discard, name="discard"),
    path("<uuid:submission_id>/check/", filing.check, name="check"),
    path("<uuid:submission_id>/filed/", filing.filed, name="filed"),
    path("<uuid:submission_id>/pictures/<uuid:shot_id>/", pictures.state, name="picture_state"),
    path("<uuid:submission_id>/pictures/<uuid:shot_id>/<slug:which>.jpg", pictures.image, name="picture"),
    path("<uuid:submission_id>/materials/state/", materials.state, name="material_state"),
    path("<uuid:submission_id>/materials/<uuid:attachment_id>/", materials.file, name="material_file"),
    path("<uuid:submission_id>/<slug:slug>/", wizard.page, name="page"),
]
