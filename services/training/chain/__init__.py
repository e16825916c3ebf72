"""From frozen corrections to a version that serves: learn, judge, try, serve; every step is kept, and done once."""
