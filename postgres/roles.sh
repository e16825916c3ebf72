#!/bin/bash
# At the first start: a role and a schema for each service. None sees the tables of another, but that training
# may read ingestion's: it follows the journal.
set -eu

run() { # run NAME=VALUE ... < SQL
    psql -v ON_ERROR_STOP=1 --quiet --host "${PGHOST:-/var/run/postgresql}" --username "$POSTGRES_USER" \
        --dbname "$POSTGRES_DB" "${@/#/--set=}"
}

make_role() { # make_role SERVICE PASSWORD
    run "service=$1" "password=$2" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
GRANT CONNECT, CREATE ON DATABASE :"DBNAME" TO :"service";
CREATE SCHEMA :"service" AUTHORIZATION :"service";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL
}

make_role gateway "$GATEWAY_DATABASE_PASSWORD"
make_role ingestion "$INGESTION_DATABASE_PASSWORD"
make_role training "$TRAINING_DATABASE_PASSWORD"

run <<'SQL'
GRANT USAGE ON SCHEMA ingestion TO training;
ALTER DEFAULT PRIVILEGES FOR ROLE ingestion IN SCHEMA ingestion GRANT SELECT ON TABLES TO training;
SQL
