"""A run as a page with pictures, and the figures that README states."""
