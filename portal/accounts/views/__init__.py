"""Pages of this step, by audience."""
