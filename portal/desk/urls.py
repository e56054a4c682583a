"""Paths of the desk; they lie under the admin site's own address."""

from django.urls import path

from portal.desk.views import decisions, papers, photos, review

app_name = "desk"
urlpatterns = [
    path("cases/next/", decisions.claim_next, name="claim_next"),
    path("cases/<uuid:case_id>/", review.review, name="review"),
    path("cases/<uuid:case_id>/claim/", decisions.claim, name="claim"),
    path("cases/<uuid:case_id>/release/", decisions.release, name="release"),
    path("cases/<uuid:case_id>/hand-over/", decisions.hand_over, name="hand_over"),
    path("cases/<uuid:case_id>/reassign/", decisions.reassign, name="reassign"),
    path("cases/<uuid:case_id>/unmask/", review.unmask, name="unmask"),
    path("cases/<uuid:case_id>/notice/", review.notice, name="notice"),
    path("cases/<uuid:case_id>/files/<uuid:attachment_id>/", papers.show, name="file"),
    path("cases/<uuid:case_id>/do/<slug:action>/", decisions.decide, name="decide"),
    path("photos/<uuid:shot_id>/", photos.judge, name="shot"),
    path("photos/<uuid:shot_id>/<slug:which>.jpg", photos.show, name="picture"),
]
