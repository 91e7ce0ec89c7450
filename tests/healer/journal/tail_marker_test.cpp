#include "healer/journal/tail_marker.h"

#include "healer/journal/hash_chain.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using healer::journal::Head;

namespace {

struct Fixture {
  tests::TemporaryFolder folder;
  std::string path = folder.file("head");
  std::string first = healer::journal::chain(healer::journal::first_link(), 1, "one");
  std::string second = healer::journal::chain(first, 2, "two");
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the head says what was written last") {
  Head head(path);
  CHECK_FALSE(head.read());
  head.write(1, first);
  head.write(2, second);
  const auto place = Head(path).read();
  REQUIRE(place);
  CHECK(place->seq == 2);
  CHECK(place->hash == second);
}

TEST_CASE_METHOD(Fixture, "a head that is cut or mixed of two says nothing") {
  Head(path).write(1, first);
  const std::string old = folder.read("head");
  Head(path).write(2, second);
  const std::string now = folder.read("head");
  REQUIRE(old.size() == now.size());
  for (std::size_t at = 0; at < now.size(); ++at) {
    INFO("byte " << at);
    folder.write("head", now.substr(0, at));
    CHECK_FALSE(Head(path).read());
    const std::string mixed = now.substr(0, at) + old.substr(at);
    folder.write("head", mixed);
    CHECK(Head(path).read().has_value() == (mixed == old || mixed == now));
  }
}

TEST_CASE_METHOD(Fixture, "a head from before the first record is one, another hash of no record is none") {
  Head(path).write(0, healer::journal::first_link());
  const auto place = Head(path).read();
  REQUIRE(place);
  CHECK(place->seq == 0);
  Head(path).write(0, first);
  CHECK_FALSE(Head(path).read());
}

TEST_CASE_METHOD(Fixture, "a head that cannot be written is as if there were none") {
  Head head(folder.file("missing/head"));
  head.write(1, first);
  CHECK_FALSE(head.read());
}
