"""Returns and repair, from the request to the goods back with the customer; whole batches handed over are quality's."""
