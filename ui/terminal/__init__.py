"""What the commands print, and the flags that they take."""
