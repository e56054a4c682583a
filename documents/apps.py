"""The documents as a Django application."""

from collections.abc import Iterable

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Catalogue, number ranges and the register of issued documents."""

    name = "documents"
    label = "documents"
    verbose_name = "证件"

    def ready(self) -> None:
        """Register the audit chains that must exist and the invariants of the register."""
        from documents import invariants  # noqa: PLC0415 - apps.py is where registration happens
        from documents.models import IssuedDocument  # noqa: PLC0415 - the same
        from portal.common import registry  # noqa: PLC0415 - the same

        def chains() -> Iterable[str]:
            return (
                IssuedDocument.chain_of(key) for key in IssuedDocument.objects.values_list("pk", flat=True).iterator()
            )

        registry.expected_chains.append(chains)
        registry.invariants.update(invariants.ALL)
