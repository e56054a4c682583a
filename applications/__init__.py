"""The case: one form, several documents, from draft to delivery."""
