"""Pages of the applicant, by what they are for."""
