"""`python -m credentialing`: the same commands as `./run`."""

from credentialing.cli import main

if __name__ == "__main__":
    main()
