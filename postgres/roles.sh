#!/bin/bash
# At the first start: a role and a schema for each service; none sees the tables of another.
set -eu

make_role() { # make_role SERVICE PASSWORD
    psql -v ON_ERROR_STOP=1 --quiet --host /var/run/postgresql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
        --set service="$1" --set password="$2" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
GRANT CONNECT, CREATE ON DATABASE :"DBNAME" TO :"service";
CREATE SCHEMA :"service" AUTHORIZATION :"service";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL
}

make_role gateway "$GATEWAY_DATABASE_PASSWORD"
make_role ingestion "$INGESTION_DATABASE_PASSWORD"
make_role training "$TRAINING_DATABASE_PASSWORD"
