"""`python -m steelyard`."""

from steelyard.cli import run

if __name__ == "__main__":
    run()
