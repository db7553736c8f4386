-- what the server starts with
ALTER SYSTEM SET max_connections = 500;
ALTER SYSTEM SET shared_buffers TO '8GB';
ALTER DATABASE shop SET statement_timeout = '30s';
ALTER ROLE app IN DATABASE shop
  SET idle_in_transaction_session_timeout = 60000;
ALTER ROLE app PASSWORD NULL;
SET GLOBAL max_connections = 1000, PERSIST wait_timeout = 600;
SET @@GLOBAL.innodb_flush_log_at_trx_commit := 1;
SET statement_timeout = 0;
SELECT 1;
