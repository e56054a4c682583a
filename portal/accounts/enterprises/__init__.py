"""Enterprises registered for business endorsements (商务备案): who may have the longer ones for their staff."""
