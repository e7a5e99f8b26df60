"""What every endpoint of the API shares: fields, routing, pages, limits, problems. Owns no endpoint and no table."""
