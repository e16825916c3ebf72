"""What can be read: names and facts only, so that every room can ask the same table."""
