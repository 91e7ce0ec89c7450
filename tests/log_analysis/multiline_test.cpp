#include "log_analysis/multiline.h"

#include <string>
#include <string_view>
#include <vector>

#include "log_analysis/level_rules.h"
#include "log_analysis/redaction.h"
#include "tests/catch.h"

using namespace log_analysis;
using namespace std::literals;

namespace {

struct Kept {
  Level level;
  std::string text;
  std::string message;
  unsigned lines;
  std::size_t header;
  base::WallTime at;
};

Kept keep(const Event& event) {
  return {event.level, std::string(event.text), std::string(event.message), event.lines, event.header,
          event.at};
}

std::vector<Kept> fold(std::string_view text, std::shared_ptr<const LevelRules> rules = nullptr) {
  MultilineFolder fold(std::move(rules));
  std::vector<Kept> events;
  base::WallTime at{};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (const auto event = fold.push(text.substr(0, end), at += std::chrono::seconds(1)))
      events.push_back(keep(*event));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (const auto event = fold.flush()) events.push_back(keep(*event));
  return events;
}

// How many lines each event has.
std::vector<unsigned> sizes(std::string_view text) {
  std::vector<unsigned> counts;
  for (const Kept& event : fold(text)) counts.push_back(event.lines);
  return counts;
}

using Sizes = std::vector<unsigned>;

}  // namespace

TEST_CASE("a line that nothing goes on with is an event, given out when the next begins") {
  MultilineFolder fold;
  CHECK(fold.pending() == 0);
  CHECK_FALSE(fold.flush());
  CHECK_FALSE(fold.push("INFO one", base::WallTime(std::chrono::seconds(5))));
  CHECK(fold.pending() == 1);
  const auto first = fold.push("2024-01-01 00:00:00 ERROR two", {});
  REQUIRE(first);
  CHECK(first->text == "INFO one");
  CHECK(first->message == "INFO one");
  CHECK(first->level == Level::info);
  CHECK(first->lines == 1);
  CHECK(first->at == base::WallTime(std::chrono::seconds(5)));
  const auto second = fold.flush();
  REQUIRE(second);
  CHECK(second->text == "2024-01-01 00:00:00 ERROR two");
  CHECK(second->message.substr(second->header) == "two");
  CHECK(second->level == Level::error);
  CHECK(fold.pending() == 0);
  CHECK_FALSE(fold.flush());
}

TEST_CASE("a structured line's message is decoded, its text is the line") {
  const auto events = fold("{\"level\":\"error\",\"msg\":\"a \\\"b\\\"\"}\nlevel=warn msg=slow");
  REQUIRE(events.size() == 2);
  CHECK(events[0].message == "a \"b\"");
  CHECK(events[0].text == "{\"level\":\"error\",\"msg\":\"a \\\"b\\\"\"}");
  CHECK(events[1].message == "slow");
  CHECK(events[1].level == Level::warning);
}

TEST_CASE("a Python traceback is one event, named by its exception") {
  const auto events = fold(
      "INFO before\n"
      "Traceback (most recent call last):\n"
      "  File \"a.py\", line 1, in <module>\n"
      "    raise ValueError(\"FATAL: x\")\n"
      "ValueError: bad price\n"
      "INFO after");
  REQUIRE(events.size() == 3);
  CHECK(events[1].lines == 4);
  CHECK(events[1].level == Level::error);
  CHECK(events[1].message == "ValueError: bad price");
}

TEST_CASE("a traceback behind the line that logged it is part of its event") {
  const auto events = fold(
      "2024-01-01 00:00:00,123 ERROR predict failed\n"
      "Traceback (most recent call last):\n"
      "  File \"a.py\", line 1, in predict\n"
      "    x = 1 / 0\n"
      "        ~~^~~\n"
      "ZeroDivisionError: division by zero\n"
      "\n"
      "The above exception was the direct cause of the following exception:\n"
      "\n"
      "Traceback (most recent call last):\n"
      "  File \"a.py\", line 3, in run\n"
      "RuntimeError: predict\n"
      "\n"
      "During handling of the above exception, another exception occurred:\n"
      "\n"
      "Traceback (most recent call last):\n"
      "  File \"a.py\", line 9, in main\n"
      "KeyError: 'x'\n"
      "2024-01-01 00:00:01,000 INFO after");
  REQUIRE(events.size() == 2);
  CHECK(events[0].lines == 18);
  CHECK(events[0].message == "2024-01-01 00:00:00,123 ERROR predict failed");
  CHECK(events[0].at == base::WallTime(std::chrono::seconds(1)));
}

TEST_CASE("two tracebacks that are no chain are two events") {
  CHECK(sizes("Traceback (most recent call last):\n  File \"a\", line 1\nValueError: x\n"
              "Traceback (most recent call last):\n  File \"a\", line 1\nValueError: x") == Sizes{3, 3});
}

TEST_CASE("a Java stack with its causes is one event") {
  CHECK(sizes("2024-01-01 00:00:00 ERROR lost\n"
              "java.lang.IllegalStateException: x\n"
              "\tat a.B.c(B.java:1)\n"
              "\tat a.B.d(B.java:2)\n"
              "Caused by: java.io.IOException: y\n"
              "\tat a.B.e(B.java:3)\n"
              "\t... 12 more\n"
              "\tSuppressed: a.C: z\n"
              "\t\tat a.C.f(C.java:1)\n"
              "Caused by: a.D\n"
              "\t... 13 more\n"
              "2024-01-01 00:00:01 INFO after") == Sizes{11, 1});
  CHECK(sizes("INFO before\nException in thread \"main\" java.lang.RuntimeException: x\n\tat "
              "a.B.c(B.java:1)\nINFO after") == Sizes{1, 2, 1});
  CHECK(sizes("INFO before\njava.lang.RuntimeException: x\n\tat a.B.c(B.java:1)\nINFO after") ==
        Sizes{1, 2, 1});
}

TEST_CASE("a Go panic and its goroutines are one event") {
  const auto events = fold(
      "2024/01/01 00:00:00 listening\n"
      "panic: runtime error: invalid memory address or nil pointer dereference\n"
      "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1]\n"
      "\n"
      "goroutine 1 [running]:\n"
      "main.(*Book).Best(...)\n"
      "\t/src/main.go:4\n"
      "main.main()\n"
      "\t/src/main.go:9 +0x1d\n"
      "\n"
      "goroutine 5 [chan receive, 2 minutes]:\n"
      "main.run(0xc000010000)\n"
      "\t/src/main.go:20 +0x2d\n"
      "created by main.main in goroutine 1\n"
      "\t/src/main.go:8 +0x1d\n"
      "rax    0x0\n"
      "exit status 2\n"
      "2024/01/01 00:00:01 listening");
  REQUIRE(events.size() == 3);
  CHECK(events[1].lines == 16);
  CHECK(events[1].level == Level::critical);
  CHECK(events[1].message == "panic: runtime error: invalid memory address or nil pointer dereference");
  CHECK(sizes("2024/01/01 00:00:00 http: panic serving 10.0.0.1:5: boom\ngoroutine 5 "
              "[running]:\nnet/http.f()\n\t/x.go:1\n"
              "2024/01/01 00:00:00 after") == Sizes{4, 1});
}

TEST_CASE("a Rust panic with message and backtrace is one event") {
  CHECK(sizes("INFO before\n"
              "thread 'main' panicked at src/main.rs:2:5:\n"
              "index out of bounds: the len is 1 but the index is 5\n"
              "stack backtrace:\n"
              "   0: rust_begin_unwind\n"
              "             at /rustc/abc/library/std/src/panicking.rs:645:5\n"
              "   1: core::panicking::panic_fmt\n"
              "note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.\n"
              "INFO after") == Sizes{1, 7, 1});
  CHECK(sizes("thread 'main' panicked at 'boom', src/main.rs:2:5\nnote: run with `RUST_BACKTRACE=1`\nINFO "
              "after") == Sizes{2, 1});
}

TEST_CASE("a Node trace is one event, named by its error") {
  const auto events = fold(
      "listening\n"
      "/srv/app.js:12\n"
      "    throw new Error('x');\n"
      "    ^\n"
      "\n"
      "Error: no such order\n"
      "    at Object.<anonymous> (/srv/app.js:12:11)\n"
      "    at node:internal/main:23:47 {\n"
      "  code: 'X'\n"
      "}\n"
      "\n"
      "Node.js v18.0.0\n"
      "listening");
  REQUIRE(events.size() == 3);
  CHECK(events[1].lines == 11);
  CHECK(events[1].level == Level::error);
  CHECK(events[1].message == "Error: no such order");
  CHECK(sizes("Error: connect ECONNREFUSED\n    at TCP (node:net:1)\n    at x (node:net:2) {\n  errno: "
              "-111\n}\nlistening") == Sizes{5, 1});
}

TEST_CASE("what Postgres adds to a line belongs to it") {
  const auto events = fold(
      "2024-01-01 00:00:00.000 UTC [7] ERROR:  duplicate key value\n"
      "2024-01-01 00:00:00.000 UTC [7] DETAIL:  Key (id)=(1) already exists.\n"
      "2024-01-01 00:00:00.000 UTC [7] HINT:  none\n"
      "2024-01-01 00:00:00.000 UTC [7] CONTEXT:  PL/pgSQL\n"
      "2024-01-01 00:00:00.000 UTC [7] QUERY:  select 1\n"
      "2024-01-01 00:00:00.000 UTC [7] LOCATION:  x, y.c:1\n"
      "2024-01-01 00:00:00.000 UTC [7] STATEMENT:  insert into t\n"
      "\tvalues (1, 'FATAL: x')\n"
      "2024-01-01 00:00:01.000 UTC [7] LOG:  after");
  REQUIRE(events.size() == 2);
  CHECK(events[0].lines == 8);
  CHECK(events[0].level == Level::error);
  CHECK(events[0].message.substr(events[0].header) == "duplicate key value");
}

TEST_CASE("indented lines go on with an event, unless they have a time of their own") {
  CHECK(sizes("config:\n  a: 1\n\tb: 2\n\nnext") == Sizes{4, 1});
  CHECK(sizes("INFO one\n 2024-01-01 00:00:00 INFO two\n  [2024-01-01 00:00:00] three") == Sizes{1, 1, 1});
  CHECK(sizes("  indented first\n  and on") == Sizes{2});
  CHECK(sizes("order {\n  id: 1\n}\nnext") == Sizes{3, 1});
  CHECK(sizes("\n\nnext") == Sizes{2, 1});
}

TEST_CASE("an event has the worst level of its lines") {
  CHECK(fold("INFO checks\n  WARN slow\n  ERROR lost\n  INFO done").at(0).level == Level::error);
  CHECK(fold("WARN retry\njava.io.IOException: x\n\tat a.ErrorHandler(FATAL: 1)").at(0).level ==
        Level::error);
}

TEST_CASE("a trace behind a line that reports nothing bad is an event of its own") {
  CHECK(sizes("INFO fine\nTraceback (most recent call last):\n  File \"a\", line 1\nValueError: x") ==
        Sizes{1, 3});
  CHECK(sizes("INFO fine\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:1") == Sizes{1, 3});
}

TEST_CASE("a start pattern of the source decides alone where an event begins") {
  const auto rules = LevelRules::compile({}, "^#\\d+ ");
  REQUIRE(rules);
  const auto events = fold("#1 one\nERROR lost\n2024-01-01 00:00:00 INFO x\n#2 two\n  #3 not\n", *rules);
  REQUIRE(events.size() == 2);
  CHECK(events[0].lines == 3);
  CHECK(events[0].level == Level::error);
  CHECK(events[1].lines == 2);
}

TEST_CASE("an event is bounded in lines and bytes") {
  MultilineFolder fold;
  unsigned given = 0;
  CHECK_FALSE(fold.push("first", {}));
  for (unsigned i = 0; i < MultilineFolder::kMaxLines + 5; ++i)
    if (const auto event = fold.push("  more", {})) given += event->lines;
  CHECK(given == MultilineFolder::kMaxLines);
  CHECK(fold.pending() == 6);

  const std::string huge(MultilineFolder::kMaxText, 'x');
  fold.push("ERROR " + huge, {});
  fold.push("  " + huge, {});
  const auto event = fold.flush();
  REQUIRE(event);
  CHECK(event->text.size() == MultilineFolder::kMaxText);
  CHECK(event->message.size() == MultilineFolder::kMaxText);
  CHECK(event->lines == 2);
}

TEST_CASE("colours, carriage returns and holes leave no mark on an event") {
  const auto events = fold("\0\0\x1b[31mERROR\x1b[0m lost\r\n\x1b[2m  at x\x1b[0m\r\nINFO y\r"sv);
  REQUIRE(events.size() == 2);
  CHECK(events[0].text == "ERROR lost\n  at x");
  CHECK(events[1].text == "INFO y");
}

TEST_CASE("a fold moves with the event it has under way") {
  MultilineFolder first;
  first.push("ERROR lost", {});
  MultilineFolder second = std::move(first);
  second.push("  more", {});
  const auto event = second.flush();
  REQUIRE(event);
  CHECK(event->text == "ERROR lost\n  more");
}

TEST_CASE("a private key stays together, so that it is masked as a whole") {
  const std::string key =
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: "
      "4,ENCRYPTED\n\nMIIEpAIBAAKCAQEA1c7+9z5Pad7OejecsQ0bu3aozN3tihPm\n"
      "QmFzZQ==\n-----END RSA PRIVATE KEY-----\n";
  const auto events = fold(key + "INFO next");
  REQUIRE(events.size() == 2);
  CHECK(log_analysis::mask_secrets(events[0].text) == "***");
  CHECK(sizes("INFO read\n" + key + "INFO next") == Sizes{7, 1});
  CHECK(sizes("key: " + key + "next line") == Sizes{6, 1});
  // What never ends does not swallow what follows.
  CHECK(sizes("-----BEGIN PRIVATE KEY-----\nQmFzZQ==\nERROR disk full\nERROR again") == Sizes{2, 1, 1});
}

TEST_CASE("a trace of any language is one event with its own level") {
  struct Row {
    std::string_view text;
    Level level;
    std::string_view message;
  };
  const Row rows[] = {
      // Java without a message
      {"java.lang.NullPointerException\n\tat com.example.Feed.read(Feed.java:88)\n\tat "
       "com.example.Main.main(Main.java:8)",
       Level::error, "java.lang.NullPointerException"},
      // Node 15 and later
      {"node:internal/process/promises:288\n            triggerUncaughtException(err, true /* fromPromise "
       "*/);\n"
       "            ^\n\n[UnhandledPromiseRejection: the reason \"no feed\".] {\n  code: "
       "'ERR_UNHANDLED_REJECTION'\n}\n\n"
       "Node.js v18.19.0",
       Level::error, "[UnhandledPromiseRejection: the reason \"no feed\".] {"},
      {"/app/feed.js:12\n    throw 'no feed';\n    ^\nno feed\n(Use `node --trace-uncaught ...` to show it)",
       Level::error, ""},
      // Ruby, with the cause
      {"/app/x.rb:12:in `connect': no feed (RuntimeError)\n\tfrom /app/x.rb:20:in `<main>'\n"
       "/app/x.rb:9:in `open': refused (Errno::ECONNREFUSED)\n\tfrom /app/x.rb:12:in `connect'",
       Level::error, "/app/x.rb:12:in `connect': no feed (RuntimeError)"},
      // Elixir and Erlang
      {"** (DBConnection.ConnectionError) tcp connect (db:5432): refused\n"
       "    (db_connection 2.4.0) lib/db_connection/connection.ex:100: DBConnection.Connection.connect/2",
       Level::error, "** (DBConnection.ConnectionError) tcp connect (db:5432): refused"},
      {"03:04:05.123 [error] GenServer Feed terminating\n** (RuntimeError) no feed\n    (stdlib 5.0) "
       "gen_server.erl:1: x\n"
       "Last message: :tick\nState: %{feed: nil}",
       Level::error, "03:04:05.123 [error] GenServer Feed terminating"},
      {"=ERROR REPORT==== 2-Jan-2025::03:04:05 ===\n** Generic server feed terminating\n** Last message in "
       "was tick",
       Level::error, "=ERROR REPORT==== 2-Jan-2025::03:04:05 ==="},
      // PHP, .NET
      {"PHP Fatal error:  Uncaught RuntimeException: x in /app/x.php:3\nStack trace:\n#0 {main}\n  thrown in "
       "/app/x.php on "
       "line 3",
       Level::critical, "PHP Fatal error:  Uncaught RuntimeException: x in /app/x.php:3"},
      {"Unhandled exception. System.IO.IOException: x\n   at Feed.Read() in /app/Feed.cs:line 8\n"
       "--- End of stack trace from previous location ---\n   at Feed.Main()",
       Level::error, "Unhandled exception. System.IO.IOException: x"},
      // Rust's anyhow, Swift, the report of the Java machine
      {"Error: cannot start\n\nCaused by:\n    0: no feed", Level::error, "Error: cannot start"},
      {"Feed/Feed.swift:12: Fatal error: Index out of range\nCurrent stack trace:\n0    libswiftCore.so "
       "0x00007f x + 12",
       Level::critical, "Feed/Feed.swift:12: Fatal error: Index out of range"},
      {"# A fatal error has been detected by the Java Runtime Environment:\n#\n#  SIGSEGV (0xb) at pc=0x7f, "
       "pid=7\n#",
       Level::critical, "# A fatal error has been detected by the Java Runtime Environment:"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto events = fold(std::string(row.text) + "\n2025-01-02 03:04:06,000 INFO next");
    REQUIRE(events.size() == 2);
    CHECK(std::string(name(events[0].level)) == std::string(name(row.level)));
    if (!row.message.empty()) CHECK(events[0].message == row.message);
  }
}

TEST_CASE("a pretty-printed document is one event with its own level and message") {
  const auto events = fold(
      "{\n  \"level\": \"error\",\n  \"message\": \"order rejected\",\n  \"context\": {\n    \"n\": 5\n  "
      "}\n}\n"
      "{\n  \"level\": 50,\n  \"msg\": \"lost\"\n}\n"
      "{\n  \"level\": \"info\",\n  \"msg\": \"x\",\n  \"last\": \"ERROR: x\"\n}\n"
      "{\n  \"order\": 5\n}\nnext");
  REQUIRE(events.size() == 5);
  CHECK(events[0].level == Level::error);
  CHECK(events[0].message == "order rejected");
  CHECK(events[0].lines == 7);
  CHECK(events[1].level == Level::error);
  CHECK(events[1].message == "lost");
  CHECK(events[2].level == Level::info);
  CHECK(events[3].level == Level::info);
  CHECK(events[4].message == "next");
}

TEST_CASE("ordinary lines are not taken for parts of a trace") {
  CHECK(sizes("ERROR lost\nState of the feed: ok\nClients: 5") == Sizes{1, 1, 1});
  CHECK(sizes("/app/feed.js:12\nready") == Sizes{1, 1});
  CHECK(sizes("INFO ready\n** note **\n#1 of 5") == Sizes{1, 1, 1});
  CHECK(sizes("{\nready") == Sizes{1, 1});
  CHECK(sizes("x (RuntimeError)\ny (RuntimeError)") == Sizes{1, 1});
}
