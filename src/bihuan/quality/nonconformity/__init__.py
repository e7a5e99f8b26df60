"""Sheets of nonconforming goods: from the find to the last verified piece. Owns no money and no root causes."""
