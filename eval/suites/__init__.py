"""One module a suite: what it asks, how it judges, and the figures that come of it."""
