"""New rows and small reads whose statements are made once and asked all the time. Owns no table and no rule."""
