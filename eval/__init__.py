"""The judge: gold questions against the same answers that users get."""
