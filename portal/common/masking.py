"""Masks: how personal data looks on a screen unless somebody with a purpose unmasks it."""


def mask_citizen_number(number: str) -> str:
    """Return 4200**********002X for an 18-digit number."""
    return number[:4] + "*" * (len(number) - 8) + number[-4:] if len(number) > 8 else "*" * len(number)  # noqa: PLR2004 - 4 + 4 shown


def mask_phone(phone: str) -> str:
    """Return 138****0000 for an 11-digit phone number."""
    return phone[:3] + "*" * max(len(phone) - 7, 1) + phone[-4:] if len(phone) > 7 else "*" * len(phone)  # noqa: PLR2004 - 3 + 4 shown


def mask_name(name: str) -> str:
    """Return 李** for a name: the first character stays."""
    return name[:1] + "*" * (len(name) - 1)


def mask_document_number(number: str) -> str:
    """Return E1234**** for a document number: the last four stay hidden."""
    return number[:-4] + "*" * min(4, len(number))
