"""The way out: a question becomes an answer in the articles' own words, with exact citations."""
