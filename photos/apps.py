"""The portrait: standards, inspection, crop."""

from django.apps import AppConfig


class PhotosConfig(AppConfig):
    """Keeps the promise of an inspection; names the audit chains and invariants of pictures."""

    name = "photos"
    label = "photos"
    verbose_name = "照片"

    def ready(self) -> None:
        """Fill the registries."""
        from photos import invariants, shots  # noqa: PLC0415 - apps.py is where registration happens
        from portal.common import outbox, registry  # noqa: PLC0415

        registry.expected_chains.append(invariants.chains)
        registry.invariants["I9 files match shots"] = invariants.files_match_rows
        outbox.handles(shots.TOPIC, shots.keep_promise, tries=3, gives_up=shots.give_up, queue="photos")
