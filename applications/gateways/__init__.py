"""Outside systems of the case: the personalisation plant and the courier."""
