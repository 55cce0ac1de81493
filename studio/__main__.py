"""Makes ``python -m studio`` the same as ``vgg-studio``."""

from studio.cli import main

if __name__ == "__main__":
    main()
