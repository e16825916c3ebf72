"""What a worker is made of: processes that do one job each, or stay between jobs, and threads that watch them."""
