"""Who: sign-ins, people and their real-name proof, officers and authorities."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who: sign-ins, people and their real-name proof, officers and authorities."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = "账户"
