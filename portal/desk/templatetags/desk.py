"""What the admin's own pages show of the desk."""

from django import template
from django.template.context import RequestContext

from portal.common.admin import acting_of
from portal.desk.queues import Desk, Pile
from portal.desk.queues import desk as queues_of
from portal.desk.queues import top as top_of

register = template.Library()


@register.simple_tag(takes_context=True)
def queues(context: RequestContext) -> Desk:
    """Return every queue of the signed-in official's jurisdiction."""
    return queues_of(acting_of(context["request"]))


@register.simple_tag(takes_context=True)
def top_queues(context: RequestContext) -> list[Pile]:
    """Return the queues of the bar on top."""
    return top_of(acting_of(context["request"]))
