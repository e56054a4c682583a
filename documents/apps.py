"""The documents as a Django application."""

from collections.abc import Iterable
from itertools import chain

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Catalogue, number ranges and the register of issued documents."""

    name = "documents"
    label = "documents"
    verbose_name = "证件"

    def ready(self) -> None:
        """Register the adoption, the audit chains that must exist and the invariants of the register."""
        from documents import admin as _admin  # noqa: F401, PLC0415 - registers itself
        from documents import adoption, invariants  # noqa: PLC0415 - apps.py is where registration happens
        from documents.models import IssuedDocument, RuleRevision  # noqa: PLC0415 - the same
        from portal.common import outbox, registry  # noqa: PLC0415 - the same

        outbox.handles(adoption.TOPIC, adoption.adopt_held, tries=12)

        def chains() -> Iterable[str]:
            documents = IssuedDocument.objects.values_list("pk", flat=True).iterator()
            revisions = RuleRevision.objects.exclude(event_seq=0)
            return chain((IssuedDocument.chain_of(key) for key in documents), (row.chain for row in revisions))

        registry.expected_chains.append(chains)
        registry.invariants.update(invariants.ALL)
