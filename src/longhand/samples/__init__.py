"""What was read and corrected, the pictures themselves, frozen dataset versions, and lexicons."""
