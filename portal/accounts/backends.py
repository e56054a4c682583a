"""Sign-in by phone number or staff code, taking the same time whether or not the name exists."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from portal.accounts.models import User


class PhoneOrStaffCode(ModelBackend):
    """Django's own check, which hashes once even for an unknown name."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django's own signature
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,  # noqa: ARG002 - Django's own signature
    ) -> User | None:
        """Return the active user whose password this is, or None."""
        if not username or not password:
            return None
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            # The hasher runs for an unknown name too: the answer's time tells nothing.
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def get_user(self, user_id: Any) -> User | None:
        """Return the user of a session with person and office, which nearly every page asks for, in one query."""
        user = User.objects.select_related("person", "officer").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
