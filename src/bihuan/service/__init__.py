"""The service loop: from a customer's message to an archived case."""
