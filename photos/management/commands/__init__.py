"""Management commands of the photo app."""
