"""`python -m docs`: writes the pages that are made from the code."""

from docs import environment
from docs.environment import ROOT

if __name__ == "__main__":
    for write in (environment.write,):
        print(write(ROOT).relative_to(ROOT))
