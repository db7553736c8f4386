$TTL 3600
$ORIGIN example.com.
@       IN SOA ns1.example.com. admin.example.com. ( 2024010101 7200 3600 1209600 300 )
@       IN NS  ns1.example.com. ; a comment
www 300 IN A   192.0.2.10
    IN  AAAA   2001:db8::10
api     CNAME  lb.example.com.
mail 1h IN MX  10 mx.example.com.
txt     IN TXT "v=spf1 -all"
