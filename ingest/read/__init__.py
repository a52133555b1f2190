"""Files and their bytes -> drafts -> articles: one module a format, and the rules that clean what they give."""
