// Known shapes: one row for each way that a program in use writes its level.
#include "tests/log_analysis/readings.h"

using namespace readings;

TEST_CASE("application loggers") {
  const Row rows[] = {
      // Python logging, loguru, structlog, Celery, gunicorn, uvicorn, warnings
      {"ERROR:root:lost", kError},
      {"WARNING:urllib3.connectionpool:Retrying", kWarning},
      {"2024-01-01 00:00:00,123 - my_app - ERROR - lost", kError},
      {"2024-01-01 00:00:00,123 my app INFO parity error corrected", kInfo},
      {"[2024-01-01 00:00:00,123] [WARNING] [a.b]: slow", kWarning},
      {"2024-01-01 00:00:00.123 | ERROR    | a.b:main:12 - lost", kError},
      {"2024-01-01 00:00:00.123 | SUCCESS  | a.b:main:12 - done", kInfo},
      {"2024-01-01 00:00:00 [error    ] lost                           key=1", kError},
      {"[2024-01-01 00:00:00,123: ERROR/ForkPoolWorker-1] Task a.b[1] raised", kError},
      {"[2024-01-01 00:00:00,123: INFO/MainProcess] Task error_report received", kInfo},
      {"[2024-01-01 00:00:00 +0000] [12] [CRITICAL] WORKER TIMEOUT (pid:13)", kCritical},
      {"[2024-01-01 00:00:00 +0000] [12] [INFO] Booting worker", kInfo},
      {"INFO:     127.0.0.1:5000 - \"GET / HTTP/1.1\" 500 Internal Server Error", kInfo},
      {"ERROR:    Exception in ASGI application", kError},
      {"WARNING:  Invalid HTTP request received.", kWarning},
      {"/srv/a.py:12: DeprecationWarning: x is deprecated", kWarning},
      {"[E 240101 00:00:00 web:1] lost", kError},
      {"[W 2024-01-01 00:00:00.123 ServerApp] slow", kWarning},
      // Java: logback, log4j, java.util.logging; Spark, Hadoop, HDFS, ZooKeeper, Kafka, Cassandra
      {"00:00:00.123 [main] ERROR c.e.App - lost", kError},
      {"2024-01-01 00:00:00.123  WARN 1 --- [main] o.s.b.App : slow", kWarning},
      {"2024-01-01T00:00:00.123Z ERROR 1 --- [nio-8080-exec-1] o.a.c.C.[/] : lost", kError},
      {"17/06/09 20:10:40 INFO executor.Backend: error handlers registered", kInfo},
      {"2015-10-18 18:01:47,978 FATAL [main] org.apache.hadoop.X: gone", kCritical},
      {"081109 203615 148 INFO dfs.DataNode$PacketResponder: PacketResponder 1 for block blk_3 terminating",
       kInfo},
      {"081109 214043 2561 WARN dfs.DataNode$DataXceiver: Got exception while serving blk_-2 to /10.0.0.1:",
       kWarning},
      {"2015-07-29 17:41:44,747 - WARN  [QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181:X@774] - error word",
       kWarning},
      {"2015-07-29 19:04:12,394 - ERROR [LearnerHandler-/10.0.0.1:52308:LearnerHandler@562] - lost", kError},
      {"[2024-01-01 00:00:00,123] ERROR [KafkaServer id=0] Fatal error during startup "
       "(kafka.server.KafkaServer)",
       kError},
      {"[2024-01-01 00:00:00,123] INFO [Log partition=error-0] Truncating (kafka.log.Log)", kInfo},
      {"WARN  [GossipTasks:1] 2024-01-01 00:00:00,123 Gossiper.java:1 - slow", kWarning},
      {"SEVERE: Servlet threw", kCritical},
      {"FINE: detail", kInfo},
      {"01-Jan-2024 00:00:00.123 SEVERE [main] org.apache.catalina.X lost", kCritical},
      // .NET: Microsoft.Extensions.Logging, Serilog, NLog, log4net
      {"info: Microsoft.Hosting.Lifetime[0]", kInfo},
      {"fail: Microsoft.AspNetCore.Server.Kestrel[13]", kError},
      {"crit: App[0]", kCritical},
      {"warn: App[0]", kWarning},
      {"dbug: App[0]", kInfo},
      {"[00:00:00 ERR] lost", kError},
      {"[00:00:00 INF] error handler ready", kInfo},
      {"2024-01-01 00:00:00.123 +00:00 [WRN] slow", kWarning},
      {"2024-01-01 00:00:00.123 +00:00 [FTL] gone", kCritical},
      {"2024-01-01 00:00:00.1234|ERROR|App.Program|lost", kError},
      {"2024-01-01 00:00:00,123 [1] FATAL App.Program - gone", kCritical},
      // C++: spdlog, glog, Boost.Log
      {"[2024-01-01 00:00:00.123] [core] [error] lost", kError},
      {"[2024-01-01 00:00:00.123] [error-handler] [info] ready", kInfo},
      {"[2024-01-01 00:00:00.123] [warning] slow", kWarning},
      {"[2024-01-01 00:00:00.123] [critical] gone", kCritical},
      {"E20240101 00:00:00.123456  1234 main.cc:12] lost", kError},
      {"I0102 15:04:05.000000       1 error.go:12] \"fatal\" x", kInfo},
      {"E0102 15:04:05.000000       1 reflector.go:12] lost", kError},
      {"F0102 15:04:05.000000       1 main.go:12] gone", kCritical},
      {"W0102 15:04:05.000000       1 client.go:12] slow", kWarning},
      // Go: zap console, zerolog console, logr, hclog
      {"2024-01-01T00:00:00.123Z\terror\tapp/main.go:12\tlost", kError},
      {"2024-01-01T00:00:00.123Z\tINFO\tsetup\terror budget loaded", kInfo},
      {"2024-01-01T00:00:00Z ERR lost error=\"x\" code=5", kError},
      {"12:00AM WRN slow", kWarning},
      {"2024-01-01T00:00:00.123Z [ERROR] core: lost", kError},
      {"2024/01/01 00:00:00 [WARN] agent: slow", kWarning},
      {"time=2024-01-01T00:00:00Z level=fatal msg=gone", kCritical},
      // Rust: env_logger, tracing, log4rs
      {"[2024-01-01T00:00:00Z ERROR app::net] lost", kError},
      {"2024-01-01T00:00:00.123456Z  WARN app::net: slow", kWarning},
      {"2024-01-01T00:00:00.123456Z TRACE error: x", kInfo},
      // Ruby, Elixir, Erlang, PHP, Perl, Node
      {"E, [2024-01-01T00:00:00.123456 #12] ERROR -- : lost", kError},
      {"I, [2024-01-01T00:00:00.123456 #12]  INFO -- : error page served", kInfo},
      {"00:00:00.123 [error] GenServer X terminating", kError},
      {"2024-01-01 00:00:00.123456+00:00 [warning] <0.500.0> slow", kWarning},
      {"2024-01-01 00:00:00.123 [error] <0.500.0> lost", kError},
      {"[01-Jan-2024 00:00:00] WARNING: [pool www] child 12 exited", kWarning},
      {"[01-Jan-2024 00:00:00] NOTICE: fpm is running, pid 1", kInfo},
      {"[01-Jan-2024 00:00:00 UTC] PHP Fatal error:  Uncaught Exception: x in /a.php:1", kCritical},
      {"PHP Warning:  Undefined variable $x in /a.php on line 1", kWarning},
      {"error: lost {\"service\":\"x\"}", kError},
      {"[2024-01-01T00:00:00.123] [ERROR] default - lost", kError},
      {"npm ERR! code ELIFECYCLE", kError},
      {"npm WARN deprecated x@1", kWarning},
  };
  each_states(rows);
}

TEST_CASE("Redis says with its worst mark that it ends") {
  each_states({
      {"1:M 05 Jan 2026 10:00:00.000 # Redis 7.0.5 crashed by signal: 11, si_code: 1", kCritical},
      {"1:C 05 Jan 2026 10:00:00.000 # Fatal error, can't open config file '/etc/redis.conf'", kCritical},
      {"1:M 05 Jan 2026 10:00:00.000 # Out Of Memory allocating 1024 bytes!", kCritical},
      {"1:M 05 Jan 2026 10:00:00.000 # WARNING overcommit_memory is set to 0", kWarning},
      {"1:M 05 Jan 2026 10:00:00.000 * Fatal error is not what this is", kInfo},
  });
}

TEST_CASE("channel and level of Monolog, Laravel and Symfony") {
  each_states({
      {"[2026-01-05 10:00:00] production.ERROR: SQLSTATE[HY000] {\"exception\":\"x\"}", kError},
      {"[2026-01-05T10:00:00.123+00:00] app.CRITICAL: lost [] []", kCritical},
      {"[2026-01-05 10:00:00] local.INFO: error: none of it", kInfo},
  });
}

TEST_CASE("servers and databases") {
  const Row rows[] = {
      // Postgres
      {"2025-12-16 22:03:47.179 UTC [74] FATAL:  database \"quantum\" does not exist", kCritical},
      {"2025-12-16 22:03:47.179 UTC [74] FATAL: database \"quantum\" does not exist", kCritical},
      {"2025-12-16 22:03:47.179 UTC [74] LOG:  could not receive data: error", kInfo},
      {"2025-12-16 22:03:47.179 UTC [74] app@shop ERROR:  relation \"x\" does not exist", kError},
      {"2025-12-16 22:03:47.179 UTC [74] PANIC:  could not write", kCritical},
      {"2025-12-16 22:03:47.179 CET [74-1] user=a,db=b WARNING:  there is no transaction", kWarning},
      {"2025-12-16 22:03:47.179 UTC [74] NOTICE:  table does not exist, skipping", kInfo},
      {"2025-12-16 22:03:47.179 UTC [74] DEBUG1:  error x", kInfo},
      {"2025-12-16 22:03:47.179 UTC [74] STATEMENT:  select 'ERROR: x'", kInfo},
      // Redis: . debug - verbose * notice # warning
      {"1:M 01 Jan 2024 00:00:00.000 * Ready to accept connections", kInfo},
      {"1:M 01 Jan 2024 00:00:00.000 # Error condition on socket for SYNC", kWarning},
      {"1:C 01 Jan 2024 00:00:00.000 . error probing", kInfo},
      {"1:S 01 Jan 2024 00:00:00.000 - DB 0: 5 keys", kInfo},
      {"[12] 01 Jan 00:00:00.000 # Server started", kWarning},
      // nginx, Apache, HAProxy, Envoy, Traefik, Caddy
      {"2024/01/01 00:00:00 [error] 12#12: *1 open() \"/x\" failed (2: No such file)", kError},
      {"2024/01/01 00:00:00 [emerg] 1#1: bind() failed", kCritical},
      {"2024/01/01 00:00:00 [alert] 1#1: worker exited", kCritical},
      {"2024/01/01 00:00:00 [crit] 1#1: SSL_do_handshake() failed", kCritical},
      {"2024/01/01 00:00:00 [warn] 1#1: conflicting server name", kWarning},
      {"2024/01/01 00:00:00 [notice] 1#1: error_log reopened", kInfo},
      {"[Sun Dec 04 04:47:44 2005] [error] mod_jk child init 1 -2", kError},
      {"[Sun Dec 04 04:47:44 2005] [notice] jk2_init() error state 6", kInfo},
      {"[Mon Jan 01 00:00:00.123456 2024] [core:error] [pid 1:tid 2] [client 10.0.0.1:5] AH00126: x", kError},
      {"[Mon Jan 01 00:00:00.123456 2024] [mpm_event:notice] [pid 1:tid 2] AH00489: x", kInfo},
      {"[2024-01-01 00:00:00.123][1][warning][main] [source/server.cc:12] slow", kWarning},
      {"[2024-01-01 00:00:00.123][1][critical][assert] [source/x.cc:12] assert failure", kCritical},
      {"2024-01-01T00:00:00Z ERR lost entryPointName=web", kError},
      {"2024/01/01 00:00:00.123\tERROR\thttp.log.error\tdial tcp", kError},
      {"2024/01/01 00:00:00.123\tINFO\tadmin.error\tstarted", kInfo},
      // MySQL, MariaDB, RabbitMQ, Elasticsearch, InfluxDB, ClickHouse
      {"2024-01-01T00:00:00.123456Z 0 [ERROR] [MY-010119] [Server] Aborting", kError},
      {"2024-01-01T00:00:00.123456Z 0 [Warning] [MY-010068] [Server] CA is self signed", kWarning},
      {"2024-01-01T00:00:00.123456Z 0 [System] [MY-010931] [Server] ready. error log x", kInfo},
      {"2024-01-01  0:00:00 0 [Note] InnoDB: 0 errors", kInfo},
      {"240101 00:00:00 [ERROR] mysqld: lost", kError},
      {"2024-01-01 00:00:00.123 [info] <0.5.0> error_logger started", kInfo},
      {"[2024-01-01T00:00:00,123][WARN ][o.e.c.Name] [node-1] error budget", kWarning},
      {"[2024-01-01T00:00:00,123][ERROR][o.e.b.Bootstrap] lost", kError},
      {"2024.01.01 00:00:00.123456 [ 1 ] {abc} <Error> Application: lost", kError},
      {"2024.01.01 00:00:00.123456 [ 1 ] {} <Information> Application: Error log on", kInfo},
      // NetworkManager, systemd, syslog
      {"<3>disk on fire", kError},
      {"<4>[   12.345678] slow", kWarning},
      {"<34>Oct 11 22:14:15 mymachine su: 'su root' failed", kCritical},
      {"<165>1 2003-10-11T22:14:15.003Z host app - ID47 - an error is a word", kInfo},
      {"<12>Jan  1 00:00:00 host app[1]: ERROR said the program", kWarning},
      {"Jan  1 00:00:00 host NetworkManager[1]: <warn>  [1700000000.1] slow", kWarning},
      {"Jan  1 00:00:00 host app[1]: ERROR lost", kError},
      {"Jan  1 00:00:00 host sshd[1]: error: kex_exchange_identification", kError},
      {"Jan  1 00:00:00 host sshd[1]: fatal: no hostkeys", kCritical},
      // OpenStack, supercomputers, Android, Windows
      {"nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 25746 INFO nova.wsgi [req-1 - -] error x",
       kInfo},
      {"nova-compute.log 2017-05-16 00:00:04.500 2931 WARNING nova.virt [req-1] Unknown base file", kWarning},
      {"- 1117838570 2005.06.03 R02-M1-N0-C:J12-U11 2005-06-03-15.42.50.675872 R02-M1-N0-C:J12-U11 RAS "
       "KERNEL INFO "
       "instruction cache parity error corrected",
       kInfo},
      {"- 1117838570 2005.06.03 R02 2005-06-03-15.42.50.675872 R02 RAS KERNEL FATAL data TLB error interrupt",
       kCritical},
      {"- 1123025954 2005.08.02 R23-M0-N7 2005-08-02-16.39.14.159918 R23-M0-N7 NULL HARDWARE SEVERE NodeCard",
       kCritical},
      {"- 1117838570 2005.06.03 R02 2005-06-03-15.42.50.675872 R02 RAS APP ERROR lost", kError},
      {"03-17 16:13:38.811  1702  2395 D WindowManager: error printed", kInfo},
      {"03-17 16:13:38.811  1702  2395 W ActivityManager: slow", kWarning},
      {"03-17 16:13:38.811  1702  2395 E AndroidRuntime: FATAL EXCEPTION: main", kError},
      {"03-17 16:13:38.811  1702  2395 F libc    : gone", kCritical},
      {"03-17 16:13:38.811  1702  2395 V PhoneStatusBar: x", kInfo},
      {"E/AndroidRuntime( 123): lost", kError},
      {"03-17 16:13:38.811 W/ActivityManager( 1702): slow", kWarning},
      {"2024-01-01 00:00:00.123456: E tensorflow/x.cc:12] lost", kError},
      {"I/O error: device gone", kError},
      {"2024-01-01 00:00:00 I/O error: device gone", kError},
      {"2016-09-28 04:30:30, Info                  CBS    Loaded Servicing Stack", kInfo},
      {"2016-09-28 04:30:30, Error                 CBS    lost", kError},
      {"2016-09-28 04:30:30, Warning               DISM   slow", kWarning},
      // CI and build tools
      {"##[error]Process completed with exit code 1.", kError},
      {"[ERROR] Failed to execute goal", kError},
      {"[INFO] Tests run: 5, Failures: 0, Errors: 0, Skipped: 0", kInfo},
      {"ERROR: Job failed: exit code 1", kError},
      {"main.c:12:5: error: expected ';'", kError},
      {"main.c:12:5: warning: unused variable", kWarning},
      {"error[E0308]: mismatched types", kError},
      {"a.cs(1,2): error CS1002: ; expected", kError},
      {"fatal: not a git repository", kCritical},
  };
  each_states(rows);
}

TEST_CASE("an access line's level is its status") {
  const Row rows[] = {
      {R"(10.0.0.1 - - [01/Jan/2024:00:00:00 +0000] "GET /error HTTP/1.1" 200 12)", kInfo},
      {R"(10.0.0.1 - - [01/Jan/2024:00:00:00 +0000] "GET /x?level=error HTTP/1.1" 304 0 "-" "curl")", kInfo},
      {R"(10.0.0.1 - bob [01/Jan/2024:00:00:00 +0000] "POST /a HTTP/2.0" 404 12 "http://x/" "Mozilla")",
       kWarning},
      {R"(10.0.0.1 - - [01/Jan/2024:00:00:00 +0000] "GET / HTTP/1.1" 502 157 "-" "x")", kError},
      {R"(10.0.0.1 - - [01/Jan/2024:00:00:00 +0000] "\x16\x03\x01" 400 157 "-" "-")", kWarning},
      {R"(10.0.0.1 - - [01/Jan/2024:00:00:00 +0000] "GET /a\"b HTTP/1.1" 500 - "-" "-")", kError},
      {R"([2024-01-01T00:00:00.000Z] "GET /x HTTP/1.1" 503 UF 0 91 10 - "-" "curl")", kError},
      {R"([01/Jan/2024 00:00:00] "GET / HTTP/1.1" 500 145)", kError},
      {R"(api:80 10.0.0.1 - - [01/Jan/2024:00:00:00 +0000] "PUT /x HTTP/1.1" 201 1)", kInfo},
      {R"([GIN] 2024/01/01 - 00:00:00 | 500 |     1.2ms |  10.0.0.1 | GET      "/x")", kError},
      {"GET /health 500 1.234 ms - 12", kError},
      {"GET /error 200 1.234 ms - 12", kInfo},
  };
  each_states(rows);
}

TEST_CASE("without a level, decisive phrases decide") {
  const Row rows[] = {
      {"[2025-12-17 16:55:17,427] XGBoost predict failed: Feature shape mismatch", kError},
      {"Traceback (most recent call last):", kError},
      {"ValueError: x", kError},
      {"requests.exceptions.ConnectionError: refused", kError},
      {"java.lang.IllegalStateException: x", kError},
      {"Exception in thread \"main\" java.lang.RuntimeException: x", kError},
      {"java.lang.OutOfMemoryError: Java heap space", kCritical},
      {"panic: runtime error: index out of range", kCritical},
      {"thread 'main' panicked at src/main.rs:2:5:", kCritical},
      {"Segmentation fault (core dumped)", kCritical},
      {"[  12.345678] app[12]: segfault at 0 ip 0 sp 0 error 4 in app", kCritical},
      {"terminate called after throwing an instance of 'std::runtime_error'", kCritical},
      {"Jan  1 00:00:00 host kernel: [12.3] Out of memory: Killed process 12 (app)", kCritical},
      {"kernel: app invoked oom-killer: gfp_mask=0x1", kCritical},
      {"oom-kill:constraint=CONSTRAINT_MEMCG", kCritical},
      {"Kernel panic - not syncing: VFS", kCritical},
      {"Uncaught exception in worker", kError},
      {"Unhandled exception. System.Exception: x", kError},
      {"(node:12) UnhandledPromiseRejectionWarning: Error: x", kError},
      {"a.out: a.c:5: main: Assertion `x' failed.", kError},
      {"free(): double free or corruption (out)", kCritical},
      {"Jan  1 00:00:00 host systemd[1]: Failed to start App.", kError},
      {"write: No space left on device", kError},
      {"kernel: [12345.678] EXT4-fs error (device sda1): ext4_lookup", kError},
      {"Jan  1 00:00:00 host kernel: [1.2] blk_update_request: I/O error, dev sda, sector 5", kError},
      {"Jan  1 00:00:00 host systemd[1]: app.service: Failed with result 'exit-code'.", kError},
      {"[10.30 16:49:06] chrome.exe - proxy:5070 error : Could not connect", kError},
      {"ccxt.base.errors.NetworkError: binance GET https://x", kError},
      {"Warning  BackOff  5m  kubelet  Back-off restarting failed container", kWarning},
  };
  each_states(rows);
}

TEST_CASE("spellings of levels that are rare") {
  const Row rows[] = {
      {"12:00PM PNC unreachable", kCritical},
      {"FATA[0000] config missing", kCritical},
      {"ERRO[0012] cannot connect", kError},
      {"Jan 02 03:04:05.123 ERRO Failed to connect", kError},
      {"03:04:05.123456789 [12] main.cpp:12 LOG_CRITICAL root drawdown", kCritical},
      {"03:04:05.123456789 [12] main.cpp:12 LOG_INFO root error handler ready", kInfo},
      {"1.7357870451e+09\terror\tcontroller/x.go:12\tReconciler error", kError},
      {"2025-01-02T03:04:05.123456Z E i.q.c.TableReader could not read", kError},
      {"2025-01-02T03:04:05.123456Z C i.q.c.TableWriter distressed [table=trades]", kCritical},
      {"2025-01-02T03:04:05.123456Z I i.q.c.h.QueryProcessor [1] exec error=false", kInfo},
      {"2025-01-02T03:04:05.123456Z A i.q.c.Server error reporting is on", kInfo},
      {"E: Unable to locate package x", kError},
      {"=CRASH REPORT==== 2-Jan-2025::03:04:05 ===", kError},
  };
  each_states(rows);
}

TEST_CASE("Postgres in other languages") {
  const Row rows[] = {
      {"2025-01-02 03:04:05.123 CET [74] FEHLER:  Relation existiert nicht", kError},
      {"2025-01-02 03:04:05.123 CET [74] WARNUNG:  es gibt keine Transaktion", kWarning},
      {"2025-01-02 03:04:05.123 CET [74] ERREUR:  la relation n'existe pas", kError},
      {"2025-01-02 03:04:05.123 CET [74] ATTENTION:  aucune transaction", kWarning},
      {"2025-01-02 03:04:05.123 CET [74] ERRORE:  la relazione non esiste", kError},
      {"2025-01-02 03:04:05.123 -03 [74] ERRO:  a tabela n\xc3\xa3o existe", kError},
      {"2025-01-02 03:04:05.123 UTC [74] ADVERTENCIA:  no hay una transacci\xc3\xb3n", kWarning},
      {"2025-01-02 03:04:05.123 MSK [74] \u041e\u0428\u0418\u0411\u041a\u0410:  x", kError},
      {"2025-01-02 03:04:05.123 MSK [74] \u0412\u0410\u0416\u041d\u041e:  x", kCritical},
      {"2025-01-02 03:04:05.123 UTC [74] \u9519\u8bef:  x", kError},
      {"2025-01-02 03:04:05.123 CET [74] FATAL:  Datenbank existiert nicht", kCritical},
      {"2025-01-02 03:04:05.123 CET [74] LOG:  FEHLER im Namen", kInfo},
  };
  each_states(rows);
  log_analysis::Reader reader;
  CHECK(reader.read("2025-01-02 03:04:05.123 CET [74] ANWEISUNG:  SELECT 1").detail);
  CHECK(reader.read("2025-01-02 03:04:05.123 CET [74] D\u00c9TAIL :  x").detail);
}

TEST_CASE("crashes and failures without a level") {
  const Row rows[] = {
      // the kernel
      {"[12345.678901] INFO: task jbd2/sda1-8:312 blocked for more than 120 seconds.", kError},
      {"[12345.678901] rcu: INFO: rcu_sched self-detected stall on CPU", kError},
      {"[12345.678901] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", kError},
      {"[12345.678901] Buffer I/O error on dev sdb1, logical block 0, async page read", kError},
      {"[12345.678901] blk_update_request: critical medium error, dev sda, sector 1", kError},
      {"[12345.678901] ata1.00: failed command: READ FPDMA QUEUED", kError},
      {"[12345.678901] XFS (sda1): Metadata corruption detected at xfs_agf_read_verify+0x5e", kError},
      {"[12345.678901] XFS (sda1): Filesystem has been shut down due to log error (0x2).", kError},
      {"[12345.678901] EXT4-fs (sda1): Remounting filesystem read-only", kError},
      {"[12345.678901] JBD2: Detected IO errors while flushing file data on sda1-8", kError},
      {"[12345.678901] md/raid1:md0: Disk failure on sdb1, disabling device.", kError},
      {"[12345.678901] mce: [Hardware Error]: Machine check events logged", kError},
      {"[12345.678901] kernel BUG at mm/slub.c:305!", kCritical},
      {"[12345.678901] traps: x[25812] general protection ip:7fd856cd9532 sp:7fd8514761e0 error:0",
       kCritical},
      {"[12345.678901] TCP: out of memory -- consider tuning tcp_mem", kWarning},
      // databases, allocators, virtual machines
      {"2025-01-09 00:00:16 0x8feb9d30  InnoDB: Assertion failure in file btr0pcur.cc line 521", kCritical},
      {"09:15:48 UTC - mysqld got signal 6 ;", kCritical},
      {"1:M 02 Jan 2025 03:04:05.678 # Short read or OOM loading DB. Unrecoverable error, aborting now.",
       kCritical},
      {"***aborting after fassert() failure", kCritical},
      {"# A fatal error has been detected by the Java Runtime Environment:", kCritical},
      {"free(): invalid pointer", kCritical},
      {"realloc(): invalid next size", kCritical},
      {"munmap_chunk(): invalid pointer", kCritical},
      {"pure virtual method called", kCritical},
      {"Fatal Python error: Segmentation fault", kCritical},
      {"libc++abi: terminating due to uncaught exception of type std::runtime_error: no feed", kCritical},
      {"Kernel pid terminated (application_controller) (shutdown,{a,b})", kCritical},
      {"MemoryError", kCritical},
      // shells and starts
      {"exec /usr/local/bin/entry.sh: exec format error", kError},
      {"exec /entrypoint.sh: permission denied", kError},
      {"/bin/sh: 1: python3: not found", kError},
      {"bash: line 1: /app/run.sh: No such file or directory", kError},
      {"bash: foo: command not found", kError},
      {"/app/run.sh: line 12:    17 Killed                  python3 main.py", kCritical},
      {"/app/run.sh: line 12:    17 Bus error               ./engine", kCritical},
      {"Killed", kCritical},
      {"python3: can't open file '/app/main.py': [Errno 2] No such file or directory", kError},
      {"curl: (7) Failed to connect to api port 8000 after 0 ms: Couldn't connect to server", kError},
      {"Could not connect to redis at cache:6379: Connection refused", kError},
      {"npm error code ELIFECYCLE", kError},
      {"2025-01-02 03:04:05 Exception while processing tick: division by zero", kError},
      {"2025-01-02 03:04:05 An error occurred (ThrottlingException) when calling the X operation", kError},
      {"2025-01-02 03:04:05 connection to exchange refused, giving up", kError},
      {"2025-01-02 03:04:05 Cannot connect to the exchange, retrying", kError},
      {"Jan  2 03:04:05 lb haproxy[24439]: backend app has no server available!", kError},
      {"APPLICATION FAILED TO START", kError},
      {"dependency failed to start: container db is unhealthy", kError},
      {"Jan  2 03:04:05 host systemd[1]: a.service: Main process exited, code=killed, status=9/KILL", kError},
      {"2025-01-02 03:04:05 tick failed with ccxt.base.errors.RequestTimeout: binance", kError},
      {"Task exception was never retrieved", kError},
      {"api-1 exited with code 137", kError},
      {"Not Found: /robots.txt", kWarning},
      // exceptions
      {"ccxt.base.errors.RequestTimeout: binance GET https://x/fapi/v1/klines", kError},
      {"2025-01-02 03:04:05 ccxt.base.errors.OrderNotFound: binance {\"code\":-2011}", kError},
      {"sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) FATAL:  too many clients", kError},
      {"[ExchangeError] binance {\"code\":-1121,\"msg\":\"Invalid symbol.\"}", kError},
      {"java.lang.NullPointerException", kError},
  };
  each_states(rows);
}
