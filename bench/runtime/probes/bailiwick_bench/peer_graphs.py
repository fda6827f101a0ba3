"""The same graphs for `langgraph dev`, compiled once, as its users write them."""

from bailiwick_bench.held.graph import build as held
from bailiwick_bench.nine.graph import build as nine

bench_nine = nine().compile()
bench_held = held().compile()
