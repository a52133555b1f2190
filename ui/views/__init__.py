"""What every screen shows of an answer, an article and a standing question, and how the pages look."""
