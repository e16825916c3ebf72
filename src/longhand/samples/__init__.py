"""What people sent: blobs, the journal and frozen dataset versions."""
