"""Forms of the applicant: the checker's questions, the pages of the form, pictures, declaration."""
