#!/usr/bin/env bash
# Every figure of "Matching" in bench/README.md, one after another: evidence.sh FOLDER_OF_THE_BENCHES [FOLDER_OF_INSTANCES]
# Wants a quiet machine of two cores or more; what is timed is held to two of them (the three comparisons with LEMON, one core
# each, run beside one another where there are eight). Five to ten minutes on sixteen cores, half an hour on two. The benches
# are single files without libraries, so they may be copied to another machine with this.
set -euo pipefail
benches="$1" instances="${2:-}"
cores="$(nproc)"
two() { if command -v taskset >/dev/null && [ "$cores" -gt 2 ]; then taskset -c 0,1 "$@"; else "$@"; fi; }
part() { echo; echo "== $(date +%T) $* (load $(cut -d' ' -f1 /proc/loadavg))"; }
grep -m1 'model name' /proc/cpuinfo; echo "$cores cores"

part "end to end and re-solve, 1e6 x 1e5, three times"
for round in 1 2 3; do two "$benches/bench_region" 1000000 100000; done
part "2e5 x 2e4; checker on 20,000 x 2,000"
two "$benches/bench_region" 200000 20000
VERIFY=1 two "$benches/bench_region" 20000 2000
part "dispatch over 8e6 people, then beside a batch on the other core"
two "$benches/bench_region" dispatch 8000000 200000
part "fuzzed assignments, why not, random prices"
"$benches/bench_fuzzed" rules 1000000 "$cores"
"$benches/bench_fuzzed" why 1000
"$benches/bench_fuzzed" prices 300
part "flow core beside LEMON"
large() {   # at most so long each: LEMON's simplex may take many minutes
  local run=(timeout 240 "$benches/bench_instances" --large "$2" "$3" "$4")
  if [ "$cores" -ge 8 ]; then taskset -c "$1" "${run[@]}" & else "${run[@]}" || echo "not done in 240 s"; fi
}
large 2 1000000 100000 15
large 1 20000 10000 24
large 3 80000 40000 24
large 4 200000 100000 24
large 6 1000000 100000 80
wait || true
if [ -n "$instances" ]; then "$benches/bench_instances" "$instances/own" "$instances/assign"; fi
part "call-outs, ten seeds, thirty days"
"$benches/bench_waves" 10 30 "$cores" 2>/dev/null
part "2e5 x 1e5, very scarce"
two "$benches/bench_region" 200000 100000
part "done"
