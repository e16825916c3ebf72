"""A fine-tune: a registered version learns from corrections, with pictures of before among them.

No stage of a recipe: what it makes depends on people's corrections, which no `dvc.lock` may name.
"""
