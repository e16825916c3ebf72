"""What was read and corrected, the pictures themselves, and frozen dataset versions."""
