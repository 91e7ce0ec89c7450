#include "exporter/probes/tcp.h"

#include "tests/exporter/probes/scripted_peer.h"

using exporter::probes::Reason;
using tests::ScriptedPeer;
using namespace std::chrono_literals;

namespace {

std::string at(const ScriptedPeer& peer, const std::string& steps = "[]") {
  return "{address: '" + peer.address() + "', query_response: " + steps + "}";
}

}  // namespace

TEST_CASE("a port that accepts connections succeeds") {
  const ScriptedPeer peer("");
  REQUIRE(tests::probe("tcp", at(peer)).success());
  REQUIRE(tests::probe("tcp", "{address: '127.0.0.1:1'}").failure.reason == Reason::kConnectRefused);
}

TEST_CASE("a dialogue goes step by step") {
  ScriptedPeer greets("220 mail ready\r\n", ScriptedPeer::After::kWait, true);
  REQUIRE(tests::probe("tcp", at(greets, "[{expect: '^220 .*ready', send: \"QUIT\\r\\n\"}]")).success());
  ScriptedPeer answers("+PONG\r\n");
  REQUIRE(tests::probe("tcp", at(answers, "[{send: \"PING\\r\\n\"}, {expect: '^.PONG'}]")).success());
  REQUIRE(answers.heard() == "PING\r\n");
}

TEST_CASE("what was not expected fails when the peer has said all, or at the deadline") {
  ScriptedPeer gone("hello\r\n", ScriptedPeer::After::kHangUp, true);
  REQUIRE(tests::probe("tcp", at(gone, "[{expect: '^220'}]")).failure.reason == Reason::kBody);
  ScriptedPeer waits("hello\r\n", ScriptedPeer::After::kWait, true);
  REQUIRE(tests::probe("tcp", at(waits, "[{expect: '^220'}]"), 50ms).failure.reason == Reason::kTimeout);
  ScriptedPeer chatters(std::string(300 * 1024, 'x'), ScriptedPeer::After::kWait, true);
  REQUIRE(tests::probe("tcp", at(chatters, "[{expect: '^220'}]")).failure.reason == Reason::kBody);
}
