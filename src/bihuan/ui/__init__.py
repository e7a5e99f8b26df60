"""What all pages share: layouts, components, styles. Owns no rule and no data."""
