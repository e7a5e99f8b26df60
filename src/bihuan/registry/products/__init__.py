"""Product lines, models with documents, batches, units, shipments, service cards, warranty. Owns no fault."""
