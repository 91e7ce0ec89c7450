#include "healer/journal/hash_chain.h"

#include "base/text/hex.h"
#include "tests/catch.h"

using namespace healer::journal;

TEST_CASE("a link is the SHA-256 of the previous link, the place and the record") {
  // python3 -c "import hashlib; print(hashlib.sha256(bytes(32) + (1).to_bytes(8, 'big') +
  // b'{}').hexdigest())"
  CHECK(base::hex(chain(first_link(), 1, "{}")) ==
        "1bad765d926feacace97a8ddcd329a1f4254c208affc1ba86b3c7d59e8fba83e");
}

TEST_CASE("a link changes with everything that goes into it") {
  const std::string link = chain(first_link(), 1, "{}");
  CHECK(chain(first_link(), 2, "{}") != link);
  CHECK(chain(first_link(), 1, "{ }") != link);
  CHECK(chain(link, 1, "{}") != link);
}
