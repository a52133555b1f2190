"""The way in: files, pages and feeds become articles, passages, vectors and a keyword index."""
