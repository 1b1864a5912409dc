"""What is true: records, tables, queries and migrations. Imports nothing else of ours."""
