"""Paths of this step."""

from django.urls import path, re_path

from portal.accounts.enterprises import views as enterprises
from portal.accounts.views import applicant, helping, identity, official

app_name = "accounts"
urlpatterns = [
    path("sign-up/", applicant.sign_up, name="sign_up"),
    path("sign-up/code/", applicant.sign_up_code, name="sign_up_code"),
    path("reset/", applicant.reset, name="reset"),
    path("reset/code/", applicant.reset_code, name="reset_code"),
    re_path(r"^code/(?P<purpose>sign_up|reset)/again/$", applicant.send_again, name="send_again"),
    path("sign-in/", applicant.sign_in, name="sign_in"),
    path("sign-out/", applicant.sign_out, name="sign_out"),
    path("identity/", identity.identity, name="identity"),
    path("identity/status/", identity.status, name="identity_status"),
    path("identity/way/", identity.way, name="identity_way"),
    path("identity/face-consent/", identity.face_consent, name="identity_face_consent"),
    path("identity/details/", identity.details, name="identity_details"),
    path("identity/by-hand/", identity.by_hand, name="identity_by_hand"),
    path("enterprises/", enterprises.enterprises, name="enterprises"),
    path("enterprises/new/", enterprises.new, name="enterprise_new"),
    path("enterprises/<uuid:enterprise_id>/", enterprises.enterprise, name="enterprise"),
    path("enterprises/<uuid:enterprise_id>/mend/", enterprises.mend, name="enterprise_mend"),
    path("enterprises/<uuid:enterprise_id>/staff/", enterprises.add_member, name="enterprise_staff"),
    path(
        "enterprises/<uuid:enterprise_id>/staff/<uuid:member_id>/remove/",
        enterprises.remove_member,
        name="enterprise_remove",
    ),
    path("enterprises/<uuid:enterprise_id>/renew/", enterprises.ask_renewal, name="enterprise_renew"),
    path("enterprises/<uuid:enterprise_id>/withdraw/", enterprises.withdraw, name="enterprise_withdraw"),
    path("helpers/", helping.helpers, name="helpers"),
    path("helpers/invite/", helping.invite, name="helper_invite"),
    path("helpers/choose/", helping.choose, name="choose"),
    path("helpers/<uuid:authorisation_id>/", helping.answer, name="helper_answer"),
    path("helpers/<uuid:authorisation_id>/revoke/", helping.revoke, name="helper_revoke"),
    path("staff/", official.staff_sign_in, name="staff_sign_in"),
    path("staff/code/", official.staff_code, name="staff_code"),
    path("staff/enrol/", official.staff_enrol, name="staff_enrol"),
]
