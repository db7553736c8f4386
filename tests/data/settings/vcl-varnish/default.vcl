vcl 4.1;
backend default {
  .host = "127.0.0.1";
  .first_byte_timeout = 300s; # long
  .max_connections = 800;
}
sub vcl_backend_response {
  set beresp.ttl = 5m;
}
