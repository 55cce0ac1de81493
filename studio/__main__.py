"""Makes ``python -m studio`` the same as ``vgg-studio``."""

from studio.cli import run

if __name__ == "__main__":
    run()
