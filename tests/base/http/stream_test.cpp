#include "base/http/stream.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <thread>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using base::http::ChunkDecoder;
using base::http::Stream;
using namespace std::chrono_literals;

namespace {

const base::SystemClock kClock;

// A server that says exactly what it is told, on one connection.
class Peer {
 public:
  Peer() : listening_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof(address.sun_path) - 1);
    REQUIRE(::bind(listening_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(::listen(listening_.get(), 1) == 0);
  }

  std::string path() const { return folder_.file("peer.sock"); }
  base::BaseUrl url() const { return base::parse_base_url("unix://" + path()).value(); }
  Stream open(const std::string& path_and_query = "/logs?follow=1") {
    auto stream = Stream::open(url(), path_and_query, base::Deadline::after(kClock, 20s));
    if (!stream) FAIL(stream.error().message);
    accepted_.reset(::accept(listening_.get(), nullptr, nullptr));
    return std::move(*stream);
  }
  void say(std::string_view bytes) const {
    REQUIRE(::send(accepted_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  std::string heard() const {
    std::string bytes(4096, '\0');
    bytes.resize(static_cast<std::size_t>(::recv(accepted_.get(), bytes.data(), bytes.size(), 0)));
    return bytes;
  }
  void hang_up() { accepted_.reset(); }

 private:
  tests::TemporaryFolder folder_;
  base::Descriptor listening_;
  base::Descriptor accepted_;
};

struct Read {
  Stream::State state = Stream::State::kOpen;
  std::string body;
};
Read read(Stream& stream) {
  Read read;
  const auto state = stream.read(read.body, 1 << 20);
  if (!state) FAIL(state.error().message);
  read.state = *state;
  return read;
}

constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

}  // namespace

TEST_CASE("a chunked body is the same wherever it is cut") {
  const std::string wire =
      "5\r\nhello\r\n1;name=value\r\n \r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nmore";
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    ChunkDecoder decoder;
    std::string body;
    REQUIRE(decoder.push(std::string_view(wire).substr(0, cut), body));
    REQUIRE(decoder.push(std::string_view(wire).substr(cut), body));
    CHECK(body == "hello 0123456789");
    CHECK(decoder.done());
  }
}

TEST_CASE("what is no chunked body is refused") {
  const std::string wire = GENERATE(as<std::string>(), "\r\n", "x\r\n", "123456789\r\n", "5!\r\n", "1\r\nab");
  ChunkDecoder decoder;
  std::string body;
  CHECK_FALSE(decoder.push(wire, body));
}

TEST_CASE_METHOD(Peer, "what has arrived is there, and nothing is waited for") {
  auto stream = open();
  CHECK(heard() ==
        "GET /logs?follow=1 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: salus\r\nConnection: close\r\n\r\n");
  CHECK(read(stream).state == Stream::State::kOpen);
  CHECK(stream.status() == 0);
  say(kHead.substr(0, 20));
  CHECK(read(stream).state == Stream::State::kOpen);
  say(kHead.substr(20));
  say("3\r\none\r\n");
  CHECK(read(stream).body == "one");
  CHECK(stream.status() == 200);
  CHECK(read(stream).body.empty());
  say("3\r\ntwo\r\n0\r\n\r\n");
  const auto last = read(stream);
  CHECK(last.body == "two");
  CHECK(last.state == Stream::State::kEnded);
}

TEST_CASE_METHOD(Peer, "a cut answer is distinguished from one that ended") {
  auto stream = open();
  say(kHead);
  say("3\r\none\r\n");
  hang_up();
  std::string body;
  std::optional<Stream::State> state;
  do state = stream.read(body, 1 << 20).value();
  while (state == Stream::State::kOpen);
  CHECK(body == "one");
  CHECK(state == Stream::State::kCut);
}

TEST_CASE_METHOD(Peer, "a body ends at its length, or with the connection") {
  SECTION("length") {
    auto stream = open();
    say("HTTP/1.1 501 Not Implemented\r\ncontent-length: 4\r\n\r\nwhat");
    const auto whole = read(stream);
    CHECK(stream.status() == 501);
    CHECK(whole.body == "what");
    CHECK(whole.state == Stream::State::kEnded);
  }
  SECTION("connection") {
    auto stream = open();
    CHECK_FALSE(heard().empty());  // else the end of the connection would be a reset
    say("HTTP/1.0 200 OK\r\n\r\nraw");
    CHECK(read(stream).body == "raw");
    hang_up();
    CHECK(read(stream).state == Stream::State::kEnded);
  }
}

TEST_CASE_METHOD(Peer, "an answer that is not HTTP is an error that names the request without its query") {
  const std::string answer =
      GENERATE(as<std::string>(), "SSH-2.0-x\r\n\r\n", "HTTP/1.1 2xx\r\n\r\n",
               "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n");
  auto stream = open("/logs?token=s3cret");
  say(answer);
  std::string body;
  const auto state = stream.read(body, 1 << 20);
  REQUIRE_FALSE(state);
  CHECK(state.error().message.find("GET unix://" + path() + "/logs: ") == 0);
}

TEST_CASE("headers without an end are refused") {
  Peer peer;
  auto stream = peer.open();
  std::string body;
  base::Result<Stream::State> state = Stream::State::kOpen;
  for (int i = 0; i < 70 && state; ++i) {
    peer.say("X: " + std::string(1021, 'x'));
    state = stream.read(body, 1 << 20);
  }
  REQUIRE_FALSE(state);
  CHECK(state.error().message.find("headers are larger") != std::string::npos);
}

TEST_CASE("a stream that cannot be opened says why") {
  const auto deadline = base::Deadline::after(kClock, 20s);
  const tests::TemporaryFolder folder;
  const auto nobody = base::parse_base_url("unix://" + folder.file("nobody.sock")).value();
  CHECK_FALSE(Stream::open(nobody, "/", deadline));
  const auto tls = base::parse_base_url("https://127.0.0.1:1").value();
  CHECK(Stream::open(tls, "/", deadline).error().message.find("TLS") != std::string::npos);
  CHECK_FALSE(Stream::open(nobody, "/a b", deadline));
}
