"""Calibration: unpublished parameters worked out from published outcomes, with what is left uncertain."""
