"""The front door: start page and a person's own documents."""
