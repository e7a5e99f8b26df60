"""Field service: who goes to which customer when, and what he did there. Owns no case and no stock."""
