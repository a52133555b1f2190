"""Test and train sets from the data folder, as records. None of their text is part of the project."""
