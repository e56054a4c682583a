"""Count: roll-ups of what happened, for supervisors."""
