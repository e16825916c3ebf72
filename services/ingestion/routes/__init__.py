"""What ingestion answers to. All routes block on disk, so all are plain functions, which run in threads."""
