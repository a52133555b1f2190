"""What is known of English: words, numbers, names, dates and clauses, by rules over a sentence."""
