#!/bin/sh
# The same graph, the same 1,000 sources, one call each: bench_streets and pgRouting (Debian: postgresql-15-pgrouting).
#   script/with_postgres bench/streets/against_pgrouting.sh build-bench/bench/streets/bench_streets PORTO.osm.pbf
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" compare "$2" "$folder"
psql -q -d "$TONGXIN_TEST_POSTGRES" -v ON_ERROR_STOP=1 <<SQL
create extension pgrouting cascade;
create table edges (id int primary key, source int, target int, cost float8);
create table spread (id int);
create table neighbours (id int);
\copy edges from '$folder/edges.csv' with csv
\copy spread from '$folder/spread.csv' with csv
\copy neighbours from '$folder/neighbours.csv' with csv
alter table edges add reverse_cost float8;
update edges set reverse_cost = cost;
vacuum analyze edges;
\pset tuples_only on
select 'pgRouting ' || extversion from pg_extension where extname = 'pgrouting';
create function ticks() returns bigint language sql volatile as \$\$
  select split_part(pg_read_file('/proc/self/stat'), ' ', 14)::bigint +
         split_part(pg_read_file('/proc/self/stat'), ' ', 15)::bigint \$\$;
SQL
for sources in spread neighbours; do
  for round in 1 2 3; do
    psql -q -d "$TONGXIN_TEST_POSTGRES" -v ON_ERROR_STOP=1 -v sources="$sources" <<'SQL'
\pset tuples_only on
select ticks() as before \gset
\timing on
select :'sources' || ': rows ' || count(*) || ' sum ' || sum(agg_cost) from pgr_drivingDistance(
  'select id, source, target, cost, reverse_cost from edges', array(select id from :sources), 9000, false);
\timing off
select 'processor seconds ' || (ticks() - :before) / 100.0;
SQL
  done
done
