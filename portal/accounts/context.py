"""What every template knows of the sign-in: for whom it acts."""

from django.http import HttpRequest

from portal.common.masking import mask_name


def acts_for(request: HttpRequest) -> dict[str, str]:
    """Give templates `acts_for_name`, the masked name of whom the request acts for; empty for oneself."""
    person = getattr(request, "acts_for", None)
    return {"acts_for_name": mask_name(person.name) if person else ""}
