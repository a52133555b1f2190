"""How one answer, a ranking and a run are scored, and at which stage an answer was lost."""
