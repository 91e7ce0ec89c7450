#include "exporter/probes/redis.h"

#include <sys/stat.h>

#include "tests/exporter/probes/scripted_peer.h"
#include "tests/fakes/temporary_folder.h"

using exporter::probes::Reason;
using tests::ScriptedPeer;
using namespace std::chrono_literals;

namespace {

std::string at(const ScriptedPeer& peer, const std::string& keys = "") {
  return "{address: '" + peer.address() + "'" + keys + "}";
}

struct PasswordFile {
  tests::TemporaryFolder folder;
  std::string path = folder.write("password", "s3cret\n");
  PasswordFile() { REQUIRE(::chmod(path.c_str(), 0600) == 0); }
};

}  // namespace

TEST_CASE("PING that is answered with PONG succeeds") {
  ScriptedPeer peer("+PONG\r\n");
  REQUIRE(tests::probe("redis", at(peer)).success());
  REQUIRE(peer.heard() == "*1\r\n$4\r\nPING\r\n");
}

TEST_CASE("a reply that is not PONG says why") {
  const auto [reply, reason] = GENERATE(table<std::string, Reason>({
      {"-NOAUTH Authentication required.\r\n", Reason::kAuth},
      {"-NOPERM this user has no permissions\r\n", Reason::kAuth},
      {"-LOADING Redis is loading the dataset in memory\r\n", Reason::kRejected},
      {"-DENIED Redis is running in protected mode\r\n", Reason::kRejected},
      {"+OK\r\n", Reason::kProtocol},
      {"*1000000000\r\n", Reason::kProtocol},
      {"$5\r\nhello\r\n", Reason::kProtocol},
      {"HTTP/1.1 400 Bad Request\r\n\r\n", Reason::kProtocol},
      {"$100000\r\n" + std::string(20000, 'x'), Reason::kProtocol},
  }));
  CAPTURE(reply.substr(0, 100));
  ScriptedPeer peer(reply);
  REQUIRE(tests::probe("redis", at(peer), 2s).failure.reason == reason);
}

TEST_CASE("a server that hangs up or says nothing is distinguished from one that refuses") {
  ScriptedPeer gone("", ScriptedPeer::After::kHangUp);
  REQUIRE(tests::probe("redis", at(gone)).failure.reason == Reason::kProtocol);
  ScriptedPeer silent("");
  REQUIRE(tests::probe("redis", at(silent), 50ms).failure.reason == Reason::kTimeout);
}

TEST_CASE_METHOD(PasswordFile, "a password is sent before PING") {
  ScriptedPeer peer("+OK\r\n+PONG\r\n");
  REQUIRE(tests::probe("redis", at(peer, ", username: salus, password_file: " + path)).success());
  REQUIRE(peer.heard().starts_with("*3\r\n$4\r\nAUTH\r\n$5\r\nsalus\r\n$6\r\ns3cret\r\n"));
}

TEST_CASE_METHOD(PasswordFile, "an array is no reply, wherever it comes") {
  ScriptedPeer peer("+OK\r\n*1000000000\r\n");
  const auto answer = tests::probe("redis", at(peer, ", password_file: " + path), 2s);
  REQUIRE(answer.failure.text == "the response is not a valid Redis reply");
}

TEST_CASE_METHOD(PasswordFile, "a server that repeats the password does not get it into a text") {
  ScriptedPeer peer("-ERR unknown command 'AUTH', with args beginning with: 's3cret'\r\n");
  const auto answer = tests::probe("redis", at(peer, ", password_file: " + path));
  REQUIRE(answer.failure.reason == Reason::kAuth);
  REQUIRE(answer.failure.text == "ERR unknown command 'AUTH', with args beginning with: '<secret>'");
}
