-- As the superuser of PostgreSQL: sudo -u postgres psql --set=owner="'…'" --set=application="'…'" --file=deploy/postgresql.sql
-- The owner makes tables and rules (`pb database upgrade`); the application owns nothing and cannot take a rule away.
CREATE ROLE asar_owner LOGIN PASSWORD :owner NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
CREATE ROLE asar LOGIN PASSWORD :application NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 60;
CREATE DATABASE asar OWNER asar_owner ENCODING 'UTF8' TEMPLATE template0;
\connect asar
REVOKE ALL ON DATABASE asar FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE asar TO asar_owner;
GRANT CONNECT ON DATABASE asar TO asar;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO asar_owner;
-- What was acknowledged is on the disk.
ALTER DATABASE asar SET synchronous_commit = on;
ALTER ROLE asar SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE asar SET statement_timeout = '120s';
