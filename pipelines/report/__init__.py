"""Reports on what a recipe has made: how well its model reads, and what its data is made of."""
