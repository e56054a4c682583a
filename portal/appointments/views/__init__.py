"""Pages of window cases by noun."""
