"""Quality issues from the first sign to the proven remedy. Owns no counts of faults and no money."""
