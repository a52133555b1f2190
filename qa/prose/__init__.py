"""An answer in an LLM's words, each sentence held to the passages it cites."""
