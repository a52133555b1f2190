"""Evidence -> the Answer, or why there is none."""
