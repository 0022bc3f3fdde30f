"""What the benchmarks are made of: platforms in processes of their own, crowds, rows."""
