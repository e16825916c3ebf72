"""A program whose process stays: it is slow to load, and each job brings what is run in it."""

import time

from longhand.servicekit.jobs import child

LOADED_AT = time.time()


def work() -> None:
    exec(str(child.read_arguments()["program"]), {"LOADED_AT": LOADED_AT})


if __name__ == "__main__":
    time.sleep(0.5)
    print("loaded", flush=True)
    child.serve(work)
