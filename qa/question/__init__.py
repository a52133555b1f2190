"""A question and its chat -> what is asked."""
