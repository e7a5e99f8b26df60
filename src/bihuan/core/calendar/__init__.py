"""Working days and hours. Owns no deadline; the library of holidays is asked here and nowhere else."""
