"""What every template knows: how the person wants pages to look."""

from django.conf import settings
from django.http import HttpRequest

MODES = ("normal", "elder")
THEMES = ("light", "dark", "auto")
CONTRASTS = ("normal", "high")
COOKIE = "appearance"


def read_appearance(request: HttpRequest) -> dict[str, str]:
    """Return mode, theme and contrast from the cookie; anything unknown counts as the default."""
    parts = [*request.COOKIES.get(COOKIE, "").split("."), "", "", ""]
    mode, theme, contrast = parts[:3]
    return {
        "mode": mode if mode in MODES else "normal",
        "theme": theme if theme in THEMES else "light",
        "contrast": contrast if contrast in CONTRASTS else "normal",
    }


def appearance(request: HttpRequest) -> dict[str, object]:
    """Give templates `appearance` and whether the development pages exist."""
    return {"appearance": read_appearance(request), "development_pages": settings.DEVELOPMENT_PAGES}
