#include "healer/api/signed_link.h"

#include <sys/stat.h>

#include <fstream>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using namespace healer;
using approvals::LinkSigner;

namespace {

Approval example() {
  Approval approval;
  approval.id = "APR-17-1";
  approval.description = "restart it";
  approval.expires_at = base::from_unix_seconds(1765944000.5);
  return approval;
}

std::string token_of(const std::string& link) { return link.substr(link.find("&token=") + 7); }

}  // namespace

TEST_CASE("a link is signed as RFC 2104 has it") {
  const Approval approval = example();
  const std::string link =
      LinkSigner("a key for this test alone")
          .link("https://salus.example", approval.id, "approve", approval.expires_at, approval.description);
  // printf 'salus approval\nAPR-17-1\napprove\n1765944000\nrestart it' | openssl dgst -sha256 -hmac 'a key
  // for this test alone'
  CHECK(link ==
        "https://salus.example/approvals/APR-17-1?verb=approve&expires=1765944000&token="
        "c6c799e799e27ffb6e6848501122a63a385136046adb0846167f083f16ecbcb8");
}

TEST_CASE("a token vouches for its approval, verb, expiry and description, and for nothing else") {
  const LinkSigner signer("a key for this test alone");
  const Approval approval = example();
  const std::string token =
      token_of(signer.link("", approval.id, "approve", approval.expires_at, approval.description));
  CHECK(signer.vouches(approval, "approve", "1765944000", token));
  CHECK_FALSE(signer.vouches(approval, "reject", "1765944000", token));
  CHECK_FALSE(signer.vouches(approval, "run", "1765944000", token));
  CHECK_FALSE(signer.vouches(approval, "approve", "1765944001", token));
  CHECK_FALSE(signer.vouches(approval, "approve", "1765944000", token.substr(1)));
  CHECK_FALSE(signer.vouches(approval, "approve", "1765944000", ""));
  CHECK_FALSE(LinkSigner("another key, of another healer").vouches(approval, "approve", "1765944000", token));
  Approval other = approval;
  other.description = "remove it";
  CHECK_FALSE(signer.vouches(other, "approve", "1765944000", token));
}

TEST_CASE("a key is made once, for its owner alone, and read again") {
  const tests::TemporaryFolder folder;
  const std::string file = folder.path() + "/approval.key";
  const auto key = approvals::read_key(file, true);
  REQUIRE(key);
  CHECK(key->size() == 64);
  struct stat status{};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  CHECK((approvals::read_key(file, true).value() == *key));
  CHECK((approvals::read_key(folder.path() + "/other", true).value() != *key));
}

TEST_CASE("a key that is not there, too short or readable by others is refused") {
  const tests::TemporaryFolder folder;
  const std::string file = folder.path() + "/key";
  CHECK_FALSE(approvals::read_key(file, false));
  std::ofstream(file) << "short\n";
  ::chmod(file.c_str(), 0600);
  REQUIRE_FALSE(approvals::read_key(file, true));
  CHECK(approvals::read_key(file, true).error().message.find("shorter than 16 bytes") != std::string::npos);
  std::ofstream(file) << "long enough for a key\n";
  CHECK(approvals::read_key(file, false));
  ::chmod(file.c_str(), 0644);
  CHECK_FALSE(approvals::read_key(file, false));
}
