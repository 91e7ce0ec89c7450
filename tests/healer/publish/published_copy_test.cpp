#include "healer/publish/published_copy.h"

#include <filesystem>

#include "healer/engine/policy/last_published.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using healer::Policy;
using healer::PolicyDocument;
using healer::policy::parse_published;
using healer::policy::PublishedCopy;
using namespace std::chrono_literals;

namespace {

PolicyDocument with(Policy policy, std::size_t causes = 1, std::uint64_t sequence = 1) {
  PolicyDocument document;
  document.policy = policy;
  document.causes.assign(causes, "alert Something");
  document.sequence = sequence;
  document.journal_record = sequence;
  return document;
}

}  // namespace

TEST_CASE("the copy holds the newest policy in a file of a fixed size") {
  const tests::TemporaryFolder folder;
  PublishedCopy copy(folder.file("copy"));
  for (const auto& document : {with(Policy::kEmergencyShutdown, 900), with(Policy::kDefensiveExit, 40),
                               with(Policy::kAllowAll, 0)}) {
    copy.keep(document);
    copy.settle();
    const std::string text = folder.read("copy");
    CHECK(text.size() == 8192);
    CHECK(parse_published("", text).policy == document.policy);
    CHECK(parse_published("", text).whole);
  }
}

TEST_CASE("a renewal is written as well: it knows later records") {
  const tests::TemporaryFolder folder;
  PublishedCopy copy(folder.file("copy"));
  copy.keep(with(Policy::kDefensiveExit));
  copy.keep(with(Policy::kDefensiveExit, 1, 9));
  CHECK(parse_published("", folder.read("copy")).record == 9);
  CHECK(parse_published("", folder.read("copy")).sequence == 9);
}

TEST_CASE("a copy that cannot be written is written with the next document") {
  const tests::TemporaryFolder folder;
  PublishedCopy copy(folder.file("missing/copy"));
  copy.keep(with(Policy::kDefensiveExit));
  std::filesystem::create_directory(folder.file("missing"));
  copy.keep(with(Policy::kDefensiveExit));
  CHECK(parse_published("", folder.read("missing/copy")).policy == Policy::kDefensiveExit);
}

TEST_CASE("without a path nothing is kept, and a link is not followed") {
  const tests::TemporaryFolder folder;
  PublishedCopy("").keep(with(Policy::kDefensiveExit));
  folder.write("mine", "mine");
  std::filesystem::create_symlink(folder.file("mine"), folder.file("copy"));
  PublishedCopy(folder.file("copy")).keep(with(Policy::kDefensiveExit));
  CHECK(folder.read("mine") == "mine");
}
