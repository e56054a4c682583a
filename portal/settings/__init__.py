"""Settings: `base` reads the environment, the others hold only what differs."""
