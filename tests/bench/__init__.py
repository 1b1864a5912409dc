"""The benchmark's own sums and talk; its figures are never a test."""
