"""Tools that every step of a case uses and that know none of the steps."""
