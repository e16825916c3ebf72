"""Whether one model reads better than another: statistics over pictures that both have read, and the decision."""
