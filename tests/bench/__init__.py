"""Timings of the model beside other programs: `make bench`, or `python -m tests.bench --help`."""
