"""The five small face nets: where they come from, and how each is asked."""
