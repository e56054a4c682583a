"""The population register: its protocol and its adapters."""
