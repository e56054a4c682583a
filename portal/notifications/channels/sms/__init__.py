"""Text messages to the phone number that is the name of a sign-in."""
