#include "healer/policy_file.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "healer/documents.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/example_view.h"

TEST_CASE("the policy file holds the document, for everybody to read") {
  const tests::TemporaryFolder folder;
  healer::PolicyFile file;
  const auto document = tests::example_view().policy;
  REQUIRE(file.publish(folder.file("policy.json"), document));
  CHECK(folder.read("policy.json") == healer::policy_document(document));
  struct stat status{};
  REQUIRE(::stat(folder.file("policy.json").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0644);
  CHECK(file.errors_total() == 0);
}

TEST_CASE("a policy file that cannot be written is counted, and written again when it can be") {
  const tests::TemporaryFolder folder;
  healer::PolicyFile file;
  const std::string path = folder.file("missing/policy.json");
  CHECK_FALSE(file.publish(path, tests::example_view().policy));
  CHECK_FALSE(file.publish(path, tests::example_view().policy));
  CHECK(file.errors_total() == 2);
  std::filesystem::create_directory(folder.file("missing"));
  CHECK(file.publish(path, tests::example_view().policy));
  CHECK(file.errors_total() == 2);
  CHECK(std::filesystem::exists(path));
}

TEST_CASE("without a path nothing is written") {
  healer::PolicyFile file;
  CHECK(file.publish("", tests::example_view().policy));
  CHECK(file.errors_total() == 0);
}
