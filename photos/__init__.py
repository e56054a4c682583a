"""The portrait: standards, inspection, crop."""
