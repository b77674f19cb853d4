"""`python -m governance.client`: the command line."""

from governance.client.commands import main

if __name__ == "__main__":
    raise SystemExit(main())
