"""Creates the demonstration accounts (development only) and prints them."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.accounts import demonstration


class Command(BaseCommand):
    """Make demonstration authorities, officials and one proven citizen; repeatable."""

    help = "Create the demonstration accounts (development only) and print them; --show prints them only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --show."""
        parser.add_argument("--show", action="store_true", help="print the accounts made before and change nothing")

    def handle(self, **options: Any) -> None:
        """Load unless told only to show, then print."""
        if not settings.DEVELOPMENT_PAGES:
            message = "demonstration accounts exist in development settings only"
            raise CommandError(message)
        accounts = demonstration.read() if options["show"] else demonstration.load()
        if not accounts:
            message = "no demonstration accounts yet: run load_demonstration without --show"
            raise CommandError(message)
        self.stdout.write("Demonstration accounts. All people and offices are synthetic; nobody of them exists.")
        for key, account in accounts.items():
            self.stdout.write(f"  {key:<10} {account.name:<12} password {account.password}  {account.who}")
            if account.totp_secret:
                self.stdout.write(f"  {'':<10} TOTP secret {account.totp_secret}")
        firm = f"{demonstration.FIRM}, a made-up firm with longer business endorsements for its staff"
        self.stdout.write(f"The citizen is agent and member of {firm}.")
        self.stdout.write("More people of the officer's city, to sign up and prove oneself as, with any phone number:")
        for person in demonstration.able_people():
            if person["name"] != demonstration.ready_person().name:
                self.stdout.write(f"  {person['name']:<10} {person['citizen_number']}")
