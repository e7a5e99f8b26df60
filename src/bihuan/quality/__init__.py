"""The quality loop: counted faults, issues, remedies and their proof. Knows the service loop; is not known by it."""
