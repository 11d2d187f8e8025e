"""The documentation is tested: its examples run, its reference is renewed, its links and figures are checked."""
