#include "base/crypto/tls_client.h"

#include <sys/socket.h>

#include "base/os/descriptor.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

namespace tls = base::tls;
using namespace std::chrono_literals;

// Verification is tested with a server of ours, in web_access_test.cpp.

namespace {

std::string problem_of(const tls::ClientOptions& options, std::string_view peer_says = "") {
  int both[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, both) == 0);
  const base::Descriptor near(both[0]);
  const base::Descriptor far(both[1]);
  if (!peer_says.empty()) {
    REQUIRE(::send(far.get(), peer_says.data(), peer_says.size(), 0) > 0);
    ::shutdown(far.get(), SHUT_WR);
  }
  const base::SystemClock clock;
  base::WaitLimit patience(base::Deadline::after(clock, peer_says.empty() ? 50ms : 20s));
  const auto session = tls::connect(near.get(), "localhost", options, patience);
  return session ? "" : session.error().message;
}

}  // namespace

TEST_CASE("a peer that never answers costs no more than the patience") {
  CHECK(problem_of({}) == "the TLS handshake was not completed in time");
}

TEST_CASE("a peer that does not speak TLS is reported as such") {
  CHECK(problem_of({}, "HTTP/1.1 200 OK\r\n\r\n") == "TLS handshake: wrong version number");
}

TEST_CASE("files that cannot be used are named") {
  const tests::TemporaryFolder folder;
  const std::string junk = folder.write("junk", "junk");
  CHECK(problem_of({.ca_file = "/nope"}) == "ca_file: open /nope: No such file or directory");
  CHECK(problem_of({.ca_file = junk}) == "ca_file " + junk + ": contains no PEM certificate");
  CHECK(problem_of({.cert_file = "/nope", .key_file = junk}) ==
        "cert_file: open /nope: No such file or directory");
  CHECK(problem_of({.cert_file = junk, .key_file = "/nope"}) ==
        "key_file: open /nope: No such file or directory");
  CHECK(problem_of({.cert_file = junk, .key_file = junk}) ==
        "cert_file " + junk + ": contains no PEM certificate");
}
