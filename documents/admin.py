"""What is issued, for reading on the desk: number ranges and tariff."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from documents import catalog, numbers
from documents.models import NumberRange, Tariff
from portal.common.admin import RoleAdmin
from portal.common.site import portal_admin
from portal.common.templatetags.portal import fen


class ReadOnlyAdmin(RoleAdmin):
    """Rows every official may read and nobody types: they come from dated files and from services."""

    authority_path = ""
    actions = None
    list_display_links = None


@admin.register(Tariff, site=portal_admin)
class TariffAdmin(ReadOnlyAdmin):
    """Prices with their days and sources."""

    list_display = ("item", "price", "effective_from", "effective_to", "basis", "confidence")
    list_filter = ("item",)
    ordering = ("item", "-effective_from")

    @admin.display(description=_("金额"), ordering="fen")
    def price(self, row: Tariff) -> str:
        """Return the price as money."""
        return fen(row.fen)


@admin.register(NumberRange, site=portal_admin)
class NumberRangeAdmin(ReadOnlyAdmin):
    """Blocks of numbers and how many are left."""

    list_display = ("what", "first_number", "last_number", "left_over")
    list_filter = ("kind",)
    ordering = ("kind", "series", "first")

    @admin.display(description=_("证件种类"))
    def what(self, row: NumberRange) -> str:
        """Return the kind in words."""
        return catalog.kind(row.kind).label

    @admin.display(description=_("第一个"))
    def first_number(self, row: NumberRange) -> str:
        """Return the first number of the block."""
        return numbers.number_at(row.series, row.first)

    @admin.display(description=_("最后一个"))
    def last_number(self, row: NumberRange) -> str:
        """Return the last number of the block."""
        return numbers.number_at(row.series, row.last)

    @admin.display(description=_("还剩"))
    def left_over(self, row: NumberRange) -> Any:
        """Return how many numbers are left."""
        return row.left
