"""What each part of a recipe is worth: short trainings of equal budget, each without one of them."""
