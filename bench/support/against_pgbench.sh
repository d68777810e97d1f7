#!/usr/bin/env bash
# Postings of the book on SQLite beside PostgreSQL's own pgbench -N (simple update: one row changed, one inserted, durable) in
# the same run and on the same machine. Run through script/with_postgres; says both figures and their ratio.
#   PG_OPTIONS_EXTRA="-c fsync=on -c full_page_writes=on" script/with_postgres bench/support/against_pgbench.sh [bench_book, default build-bench/bench_book] [seconds, default 20]
set -euo pipefail
program=${1:-build-bench/bench/support/bench_book}; seconds=${2:-20}
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
"$bin/pgbench" -i -q -s 20 "$TONGXIN_TEST_POSTGRES" >/dev/null 2>&1
tps=$("$bin/pgbench" -N -c 8 -j 2 -T "$seconds" "$TONGXIN_TEST_POSTGRES" 2>/dev/null | sed -nE 's/^tps = ([0-9.]+).*/\1/p' | tail -n 1)
said=$("$program" 20000)
echo "$said"
postings=$(sed -nE 's/^postings written durably: ([0-9.e+]+).*/\1/p' <<<"$said")
echo "pgbench -N, 8 clients, $seconds s: $tps /s; postings / pgbench = $(python3 -c "print(round($postings / $tps, 2))")"
