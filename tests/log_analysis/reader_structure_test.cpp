// Structure first: JSON, logfmt, and lines inside lines.
#include "tests/log_analysis/readings.h"

using namespace readings;

TEST_CASE("a JSON line's level is its level key's, by any of the names in use") {
  const Row rows[] = {
      {R"({"level":"info","msg":"up"})", kInfo},
      {R"({"level":"warn","msg":"slow"})", kWarning},
      {R"({"level":"error","ts":1700000000.1,"caller":"a/b.go:1","msg":"lost"})", kError},  // zap
      {R"({"level":"dpanic","msg":"x","severity":"CRITICAL"})", kCritical},
      {R"({"time":"2024-01-01T00:00:00Z","level":"WARN","msg":"slow","error":"timeout"})", kWarning},  // slog
      {R"({"severity":"ERROR","message":"lost"})", kError},  // Google Cloud
      {R"({"severity":"EMERGENCY","message":"gone"})", kCritical},
      {R"({"severity":"ALERT","message":"gone"})", kCritical},
      {R"({"severity":"NOTICE","message":"x"})", kInfo},
      {R"({"lvl":"eror","msg":"lost"})", kError},  // go-ethereum
      {R"({"lvl":"crit","msg":"gone"})", kCritical},
      {R"({"@timestamp":"2024-01-01T00:00:00Z","log.level":"ERROR","message":"lost"})", kError},  // ECS
      {R"({"@timestamp":"2024-01-01T00:00:00Z","log":{"level":"error","logger":"a"},"message":"lost"})",
       kError},
      {R"({"asctime":"2024-01-01 00:00:00","levelname":"CRITICAL","message":"gone"})", kCritical},  // Python
      {R"({"levelno":40,"message":"lost"})", kError},
      {R"({"levelno":30,"message":"slow"})", kWarning},
      {R"({"@t":"2024-01-01T00:00:00Z","@mt":"lost {X}","@l":"Error","X":1})", kError},  // Serilog
      {R"({"@t":"2024-01-01T00:00:00Z","@m":"gone","@l":"Fatal"})", kCritical},
      {R"({"@level":"error","@message":"lost","@module":"vault"})", kError},              // hclog
      {R"({"Timestamp":"2024-01-01","LogLevel":"Warning","Message":"slow"})", kWarning},  // .NET
      {R"({"Timestamp":"2024-01-01","LogLevel":"Information","Message":"up"})", kInfo},
      {R"({"SeverityText":"ERROR","Body":"lost"})", kError},  // OpenTelemetry
      {R"({"error_severity":"FATAL","message":"database \"x\" does not exist"})", kCritical},  // Postgres
      {R"({"level_value":40000,"message":"lost"})", kError},                                   // logback
      {R"({"level": "ERROR" , "msg": "spaces"})", kError},
      {R"(  {"level":"error"})", kError},
      {R"({"msg":"level last, deep before","ctx":{"a":[1,{"level":"debug"}]},"level":"error"})", kError},
      {R"({"msg":"cut short","level":"error","stack":"at x)", kError},
  };
  each_states(rows);
}

TEST_CASE("numbers stand for levels as pino, bunyan and syslog count") {
  const Row rows[] = {
      {R"({"level":10,"msg":"x"})", kInfo},
      {R"({"level":20,"msg":"x"})", kInfo},
      {R"({"level":30,"msg":"x"})", kInfo},
      {R"({"level":40,"msg":"x"})", kWarning},
      {R"({"level":50,"msg":"x"})", kError},
      {R"({"level":60,"msg":"x"})", kCritical},
      {R"({"level":"50","msg":"x"})", kError},
      {R"({"level":3,"short_message":"x"})", kError},
      {R"({"level":4,"short_message":"x"})", kWarning},
      {R"({"level":6,"short_message":"x"})", kInfo},
      {R"({"level":0,"short_message":"x"})", kCritical},
      {R"({"PRIORITY":"3","MESSAGE":"x"})", kError},
      {R"({"PRIORITY":"6","MESSAGE":"x"})", kInfo},
  };
  each_states(rows);
}

TEST_CASE("MongoDB's letters are levels") {
  const Row rows[] = {
      {R"({"t":{"$date":"2024-01-01T00:00:00.000+00:00"},"s":"I","c":"NETWORK","id":1,"ctx":"x","msg":"up"})",
       kInfo},
      {R"({"t":{"$date":"2024-01-01T00:00:00.000+00:00"},"s":"W","c":"NETWORK","id":1,"ctx":"x","msg":"slow"})",
       kWarning},
      {R"({"t":{"$date":"2024-01-01T00:00:00.000+00:00"},"s":"E","c":"STORAGE","id":1,"ctx":"x","msg":"lost"})",
       kError},
      {R"({"t":{"$date":"2024-01-01T00:00:00.000+00:00"},"s":"F","c":"STORAGE","id":1,"ctx":"x","msg":"gone"})",
       kCritical},
      {R"({"t":{"$date":"2024-01-01T00:00:00.000+00:00"},"s":"D2","c":"STORAGE","id":1,"ctx":"x","msg":"error"})",
       kInfo},
      {"2024-01-01T00:00:00.000+0000 I NETWORK  [conn1] end connection", kInfo},
      {"2024-01-01T00:00:00.000+0000 E STORAGE  [conn1] WiredTiger error (28)", kError},
  };
  each_states(rows);
}

TEST_CASE("a level word inside a JSON message is no level") {
  const Row rows[] = {
      {R"({"level":"debug","msg":"query failed: error"})", kInfo},
      {R"({"level":"info","error":"FATAL: gone","msg":"retried"})", kInfo},
      {R"({"msg":"ERROR ERROR","level":"info"})", kInfo},
      {R"({"msg":"say \"level\":\"error\" aloud","level":"info"})", kInfo},
      {R"({"ctx":{"level":"error"},"level":"info","msg":"x"})", kInfo},
      {R"({"tags":["level","error"],"level":"warning","msg":"x"})", kWarning},
  };
  each_states(rows);
}

TEST_CASE("JSON without a level is read by its message, or its HTTP status") {
  const Row rows[] = {
      {R"({"message":"2024-01-01 00:00:00 ERROR [main] a.b.C - lost"})", kError},
      {R"({"msg":"Traceback (most recent call last):\n  File \"x\""})", kError},
      {R"({"method":"GET","path":"/","status":502})", kError},
      {R"({"request_method":"GET","request_uri":"/","status":"404"})", kWarning},
      {R"({"method":"GET","path":"/","status":200})", kInfo},
  };
  each_states(rows);
  const Row named[] = {
      {R"({"time":"2025-01-02T03:04:05Z","msg":"order failed","error":"insufficient margin"})", kError},
      {R"({"error":["EAPI:Rate limit exceeded"],"result":null})", kError},
      {R"({"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."})", kError},
      {R"({"type":"error","message":"rejected"})", kError},
      {R"({"level":"info","error":"retried","msg":"x"})", kInfo},
      {R"({"method":"GET","path":"/","status":200,"error":"x"})", kInfo},
      {"ts=1 msg=\"read failed\" err=EOF", kError},
  };
  each_states(named);
  const std::string_view silent[] = {
      R"({"type":"info","message":"x"})",
      R"({"type":"e","message":"x"})",
      R"({"msg":"all is well"})",
      R"({"error":null,"errors":0,"took":12})",
      R"({"status":500,"order":"accepted"})",
      R"({"event":"fill","price":1.5})",
      R"({"error":"","errors":[]})",
      R"({"code":0,"msg":"done"})",
      "{}",
      "{",
      "{not json}",
  };
  each_is_silent(silent);
}

TEST_CASE("a line wrapped in JSON is read as itself") {
  const Row rows[] = {
      {R"({"log":"2024-01-01 00:00:00,000 ERROR lost\n","stream":"stderr","time":"2024-01-01T00:00:00Z"})",
       kError},
      {R"({"log":"{\"level\":\"warn\",\"msg\":\"ERROR\"}\n","stream":"stdout","time":"2024-01-01T00:00:00Z"})",
       kWarning},
      {R"({"log":"level=error msg=\"x\"\n","stream":"stdout","time":"2024-01-01T00:00:00Z"})", kError},
      {R"(2024-01-01T00:00:00.000000000Z stdout F {"level":"error","msg":"lost"})", kError},
      {R"(2024-01-01T00:00:00.000000000Z stderr F 2024-01-01 00:00:00 WARN slow)", kWarning},
      {R"(api-1  | {"level":"error","msg":"lost"})", kError},
      {R"(Jan  1 00:00:00 host app[12]: {"level":"error","msg":"lost"})", kError},
      {R"(Jan  1 00:00:00 host dockerd[12]: time="2024-01-01T00:00:00Z" level=error msg="lost")", kError},
  };
  each_states(rows);
  log_analysis::Reader reader;
  CHECK(
      reader.read(R"({"log":"{\"level\":\"warn\",\"msg\":\"a \\\"b\\\"\"}\n","stream":"stdout"})").message ==
      R"(a "b")");
}

TEST_CASE("a logfmt line's level is its level key's") {
  const Row rows[] = {
      {R"(time="2024-01-01T00:00:00Z" level=error msg="lost" err="x")", kError},  // logrus
      {R"(time="2024-01-01T00:00:00Z" level=warning msg="slow")", kWarning},
      {R"(ts=2024-01-01T00:00:00Z caller=main.go:1 level=info msg="ERROR is a word")", kInfo},  // go-kit
      {R"(t=2024-01-01T00:00:00+0000 lvl=eror msg="lost")", kError},                            // Grafana
      {R"(t=2024-01-01T00:00:00+0000 lvl=crit msg="gone")", kCritical},
      {R"(logger=x t=2024-01-01T00:00:00Z level=debug msg="query failed: error")", kInfo},
      {R"(time=2024-01-01T00:00:00.000Z level=ERROR msg=lost)", kError},  // slog
      {R"(severity=FATAL msg=gone)", kCritical},
      {R"(msg="GET /x?level=error" level=info)", kInfo},
      {R"(msg="say level=error" level=info)", kInfo},
      {R"(level=info msg="a \" level=error")", kInfo},
      {R"(level="error" msg="lost")", kError},
      {R"(2024/01/01 00:00:00 level=error msg="lost")", kError},
      {R"([2024-01-01 00:00:00] request done level=warn path=/x)", kWarning},
  };
  each_states(rows);
  const std::string_view silent[] = {
      "error_count=0 took=5ms",   "errors=0 warnings=0",         "error=nil took=5",
      "id=5 msg=\"all is well\"", "GET /search?level=error&x=1", "x=1 query=\"?level=error\"",
  };
  each_is_silent(silent);
}

TEST_CASE("a structured line's message is what it says, decoded") {
  log_analysis::Reader reader;
  CHECK(reader.read(R"({"level":"info","msg":"price \u20ac 1\n\ud83d\ude00"})").message ==
        "price \u20ac 1\n\U0001F600");
  CHECK(reader.read(R"({"level":"info","msg":"plain","message":"later"})").message == "plain");
  CHECK(reader.read(R"(level=info msg="a \"b\"" x=1)").message == R"(a "b")");
  CHECK(reader.read(R"({"level":"info","took":5})").message == R"({"level":"info","took":5})");
  CHECK(reader.read(R"({"level":"info","msg":""})").message == R"({"level":"info","msg":""})");
  CHECK(reader.read(R"({"level":"error","msg":"x \uZZZZ \ud800 y"})").message == "x \\uZZZZ \uFFFD y");
}

TEST_CASE("levels between the usual ones, numbers of other standards, levels as objects") {
  const Row rows[] = {
      {R"(time=2025-01-02T03:04:05.000Z level=ERROR+2 msg="read failed" err=EOF)", kError},
      {R"({"time":"2025-01-02T03:04:05.000Z","level":"WARN+3","msg":"late"})", kWarning},
      {"2025/01/02 03:04:05 ERROR+4 read failed", kError},
      {R"({"level":"dpanic","msg":"invariant broken"})", kCritical},
      {R"({"body":"exiting","severityNumber":21})", kCritical},
      {R"({"SeverityNumber":17,"SeverityText":"","Body":"x"})", kError},
      {R"({"severity_number":13,"body":{"stringValue":"late"}})", kWarning},
      {R"({"severityNumber":9,"body":"failed: none"})", kInfo},
      {R"({"level":50.0,"msg":"rejected"})", kError},
      {R"({"level":{"name":"ERROR","value":40000},"message":"rejected"})", kError},
      {R"({"message":"{\"level\":\"error\",\"msg\":\"rejected\"}","stream":"stdout"})", kError},
      {R"([{"level":"error","msg":"rejected"}])", kError},
  };
  each_states(rows);
}

TEST_CASE("headers of collectors hide no structure, and one is taken off after the other") {
  const Row rows[] = {
      {R"(2025-01-02T03:04:05.123456+00:00 host bot[7]: {"level":"error","msg":"x"})", kError},
      {R"(2025-01-02T03:04:05Z host bot[7]: level=warn msg="x")", kWarning},
      {R"(Jan 02 03:04:05 host sh[7]: caddy      | {"level":"error","msg":"x"})", kError},
      {R"(api-1  | 2025-01-02T03:04:05.123456789Z {"level":"error","msg":"x"})", kError},
      {R"(<14>1 2025-01-02T03:04:05.123Z host bot 7 - - {"level":"error","msg":"x"})", kError},
      {R"(Thu 2025-01-02 03:04:05 UTC host bot[7]: {"level":"error","msg":"x"})", kError},
      {R"(1735787045.123456 host bot[7]: {"level":"error","msg":"x"})", kError},
      {R"(bot-7d9 app {"level":"error","msg":"x"})", kError},
      {R"([pod/bot-7d9/app] {"level":"error","msg":"x"})", kError},
      {R"(0|bot  | {"level":"error","msg":"x"})", kError},
      {R"(api-1  | {"level":"info","msg":"ERROR"})", kInfo},
      {R"(Jan  2 03:04:05 host bot[7]: {"level":"info","msg":"exception handler installed"})", kInfo},
      {"redis-1  | 1:M 02 Jan 2025 03:04:05.678 # Background saving error", kWarning},
      {"redis-1  | 1:M 02 Jan 2025 03:04:05.678 # Redis 7.0.15 crashed by signal: 11, si_code: 1", kCritical},
      {"2025-01-02T03:04:05.123456789Z 1:M 02 Jan 2025 03:04:05.678 # x", kWarning},
      {"Jan  2 03:04:05 host kubelet[812]: E0102 03:04:05.123456       1 x.go:1] lost", kError},
      {"2025-01-02T03:04:05.123456789Z stderr F E0102 03:04:05.123456       1 x.go:1] lost", kError},
      {"kube-1  | I0102 03:04:05.123456       1 x.go:1] error handler ready", kInfo},
      {R"(web-1  | 10.0.0.1 - - [02/Jan/2025:03:04:05 +0000] "GET /api HTTP/1.1" 502 157 "-" "curl")",
       kError},
      {R"(<134>Jan  2 03:04:05 lb haproxy[7]: 10.0.0.1:33317 [02/Jan/2025:03:04:05.655] web app/<NOSRV> )"
       R"(0/-1/-1/-1/0 503 212 - - SC-- 1/1/0/0/0 0/0 "GET / HTTP/1.1")",
       kError},
      {"bot-1  | 12:00PM ERR lost", kError},
      {"bot-1  | ERROR    | lost", kError},
      {"<30>Jan  2 03:04:05 host bot[7]: panic: no feed", kCritical},
      {"<28>Jan  2 03:04:05 host bot[7]: ERROR lost", kWarning},
      {R"(<28>Jan  2 03:04:05 host bot[7]: {"level":"error","msg":"lost"})", kError},
  };
  each_states(rows);
}
