"""Ink found on paper: `median` by one level of paper for the whole picture, `finding` and what it uses by the paper
around each stroke."""
