"""The erasure of a person's data from all that ingestion holds."""
