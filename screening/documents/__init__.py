"""Answers and assessments on paper: HTML in, tagged PDF out, and nothing fetched on the way."""
