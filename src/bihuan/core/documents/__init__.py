"""The named forms: frozen data, number, PDF and Word. Owns no form's content."""
