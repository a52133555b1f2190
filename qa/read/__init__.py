"""Passages -> evidence: the places that may answer, each with its probability."""
