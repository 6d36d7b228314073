"""`python -m tests.benchmarks NAME` runs one benchmark; exit 0 when its goal is reached, 1 when it is missed."""

import importlib
import sys
from pathlib import Path


def names() -> list[str]:
    """The benchmarks there are: every module of this folder with a plain name."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def main(arguments: list[str]) -> int:
    """Run the benchmark named by the only argument."""
    if len(arguments) != 1 or arguments[0] not in names():
        print(f"usage: python -m tests.benchmarks {{{','.join(names())}}}", file=sys.stderr)
        return 2
    reached: bool = importlib.import_module(f"tests.benchmarks.{arguments[0]}").main()
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
