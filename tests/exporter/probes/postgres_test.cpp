#include "exporter/probes/postgres.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "tests/exporter/probes/scripted_peer.h"
#include "tests/fakes/temporary_folder.h"

using exporter::probes::Reason;
using exporter::probes::reason_of_connection;
using tests::ScriptedPeer;
using namespace std::chrono_literals;

TEST_CASE("why PostgreSQL cannot be reached, by its texts") {
  const auto [text, reason] = GENERATE(table<const char*, Reason>({
      {"connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n", Reason::kConnectRefused},
      {"could not translate host name \"db\" to address: Name or service not known\n", Reason::kResolve},
      {"connection to server on socket \"/x/.s.PGSQL.5432\" failed: No such file or directory\n",
       Reason::kConnect},
      {"connection to server at \"db\", port 1 failed: fe_sendauth: no password supplied\n", Reason::kAuth},
      {"connection to server at \"db\" (1.2.3.4), port 5432 failed: FATAL:  28P01: password authentication "
       "failed for "
       "user \"x\"\nLOCATION:  auth_failed, auth.c:329\n",
       Reason::kAuth},
      // As a server speaks that was set to another language.
      {"connection to server at \"db\" (1.2.3.4), port 5432 failed: FATAL:  28000: kein "
       "pg_hba.conf-Eintrag\n",
       Reason::kAuth},
      {"failed: FATAL:  3D000: database \"quantum\" does not exist\n", Reason::kRejected},
      {"failed: FATAL:  57P03: the database system is starting up\n", Reason::kRejected},
      {"failed: FATAL:  53300: sorry, too many clients already\n", Reason::kRejected},
      {"failed: server does not support SSL, but SSL was required\n", Reason::kTls},
      {"failed: server closed the connection unexpectedly\n", Reason::kProtocol},
      {"failed: expected authentication request from server, but received H\n", Reason::kProtocol},
  }));
  CAPTURE(text);
  REQUIRE(reason_of_connection(text) == reason);
}

TEST_CASE("what is no PostgreSQL, and one that says nothing") {
  const auto at = [](const ScriptedPeer& peer) {
    return "{address: '" + peer.address() + "', database: quantum, username: salus, sslmode: disable}";
  };
  ScriptedPeer web("HTTP/1.1 400 Bad Request\r\n\r\n", ScriptedPeer::After::kHangUp);
  REQUIRE(tests::probe("postgres", at(web)).failure.reason == Reason::kProtocol);
  ScriptedPeer silent("");
  REQUIRE(tests::probe("postgres", at(silent), 50ms).failure.reason == Reason::kTimeout);
  std::stop_source stop;
  stop.request_stop();
  REQUIRE_FALSE(tests::probe("postgres", at(silent), 1h, stop.get_token()).success());
  REQUIRE(tests::probe("postgres", "{address: '127.0.0.1:1', database: quantum, username: salus}")
              .failure.reason == Reason::kConnectRefused);
}

TEST_CASE("what a server remarks while it lets us in is not printed") {
  // AuthenticationOk, a notice, ReadyForQuery; then the connection's end.
  using namespace std::string_literals;
  const std::string greeting = "R\0\0\0\x08\0\0\0\0N\0\0\0\x20SWARNING\0C01000\0Mcollation\0\0Z\0\0\0\x05I"s;
  ScriptedPeer server(greeting);
  std::fflush(stderr);
  const int kept = ::dup(2);
  const tests::TemporaryFolder folder;
  const int file = ::open(folder.write("stderr", "").c_str(), O_WRONLY);
  ::dup2(file, 2);
  const auto answer = tests::probe(
      "postgres", "{address: '" + server.address() + "', database: x, username: y, sslmode: disable}", 200ms);
  ::dup2(kept, 2);
  ::close(kept);
  ::close(file);
  CHECK(answer.failure.reason == Reason::kTimeout);  // it let us in, and does not answer SELECT 1
  CHECK(folder.read("stderr").empty());
}
