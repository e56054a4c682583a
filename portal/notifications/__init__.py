"""Tell: messages, channels and their delivery."""
