"""The erasure of a person's data from all that training holds, and from what serves."""
