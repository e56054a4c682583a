"""E-mail to the address a person gave in the profile."""
