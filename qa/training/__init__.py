"""How the reader is trained and exported. Nothing here is imported by the product."""
