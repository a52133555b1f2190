"""The edges people touch: the terminal and the web chat."""
